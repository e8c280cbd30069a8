-- compared_memberships: persons found in one month only, compared again by their primary membership. A working table.
-- Grain: one row a person. Unit: persons. Source: compared_persons, persons.
-- A NIK that was damaged or corrected between the months changes the person_id: the membership number then tells that
-- nobody left and nobody entered.
WITH left_over AS (
    SELECT p.membership_key, c.regency_before, c.status_code_before
    FROM persons AS p
    JOIN compared_persons AS c ON c.lone_person_id = p.person_id
    WHERE p.month < $month AND c.status_code_now IS NULL
),
new_here AS (
    SELECT c.lone_person_id AS person_id, c.membership_key, c.regency_now, c.status_code_now, c.began
    FROM compared_persons AS c
    WHERE c.status_code_before IS NULL
)
SELECT
    n.person_id, n.membership_key, l.regency_before, l.status_code_before, n.regency_now, n.status_code_now,
    n.began
FROM left_over AS l
FULL OUTER JOIN new_here AS n ON n.membership_key = l.membership_key
