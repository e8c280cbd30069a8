-- compared_persons: persons of the month before and of now, counted by what they were and are. A working table.
-- Grain: status_code and residence before and now; one row a person where a person_id is in one month only. Unit: persons.
-- Source: persons of both months. A beginning (began) is one of $month or later.
-- 46 M meet 46 M here: the month before is what the join holds in memory, so it brings little more than its key, and the
-- few who are left over look their membership up afterwards (compared_memberships).
SELECT
    CASE WHEN b.person_id IS NULL OR n.person_id IS NULL THEN coalesce(n.person_id, b.person_id) END AS lone_person_id,
    CASE WHEN b.person_id IS NULL THEN n.membership_key END AS membership_key,
    b.regency AS regency_before, b.status_code AS status_code_before, n.regency AS regency_now, n.status_code AS status_code_now,
    n.began, count(*) AS persons
FROM (SELECT person_id, home_regency AS regency, status_code FROM persons WHERE month < $month) AS b
FULL OUTER JOIN (
    SELECT
        person_id, membership_key, home_regency AS regency, status_code, coalesce(start_date >= $month, FALSE) AS began
    FROM persons
    WHERE month = $month
) AS n ON n.person_id = b.person_id
GROUP BY
    CASE WHEN b.person_id IS NULL OR n.person_id IS NULL THEN coalesce(n.person_id, b.person_id) END,
    CASE WHEN b.person_id IS NULL THEN n.membership_key END,
    b.regency, b.status_code, n.regency, n.status_code, n.began
