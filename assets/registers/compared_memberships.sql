-- compared_memberships: persons found in one month only, compared again by their primary membership. A working table.
-- Grain: one row per person.
-- Unit: persons.
-- Source: compared_persons, persons.
-- A NIK that was damaged or corrected between the months changes the person_id: the membership number then shows that the person
-- neither left nor entered.
WITH only_before AS (
    SELECT persons.membership_key, compared.regency_before, compared.status_code_before
    FROM persons
    JOIN compared_persons AS compared ON compared.unmatched_person_id = persons.person_id
    WHERE persons.month < $month AND compared.status_code_now IS NULL
),
only_now AS (
    SELECT unmatched_person_id AS person_id, membership_key, regency_now, status_code_now, began
    FROM compared_persons
    WHERE status_code_before IS NULL
)
SELECT
    only_now.person_id, only_now.membership_key, only_before.regency_before, only_before.status_code_before, only_now.regency_now,
    only_now.status_code_now,
    only_now.began
FROM only_before
FULL OUTER JOIN only_now ON only_now.membership_key = only_before.membership_key
