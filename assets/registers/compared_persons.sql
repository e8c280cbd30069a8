-- compared_persons: persons of the month before and of the month, counted by status and residence in both. A working table.
-- Grain: status_code and regency before and now; one row per person whose person_id is in one month only.
-- Unit: persons.
-- Source: persons of both months.
-- began: the membership began in $month or later. The join compares two registers of 46 million persons and keeps the month before in
-- memory: that side has little more than its key. compared_memberships looks up the membership of the few persons without a match.
SELECT
    CASE WHEN persons_before.person_id IS NULL OR persons_now.person_id IS NULL
        THEN coalesce(persons_now.person_id, persons_before.person_id) END AS unmatched_person_id,
    CASE WHEN persons_before.person_id IS NULL THEN persons_now.membership_key END AS membership_key,
    persons_before.regency AS regency_before, persons_before.status_code AS status_code_before, persons_now.regency AS regency_now,
    persons_now.status_code AS status_code_now,
    persons_now.began, count(*) AS persons
FROM (SELECT person_id, home_regency AS regency, status_code FROM persons WHERE month < $month) AS persons_before
FULL OUTER JOIN (
    SELECT
        person_id, membership_key, home_regency AS regency, status_code, coalesce(start_date >= $month, FALSE) AS began
    FROM persons
    WHERE month = $month
) AS persons_now ON persons_now.person_id = persons_before.person_id
GROUP BY
    CASE WHEN persons_before.person_id IS NULL OR persons_now.person_id IS NULL
        THEN coalesce(persons_now.person_id, persons_before.person_id) END,
    CASE WHEN persons_before.person_id IS NULL THEN persons_now.membership_key END,
    persons_before.regency, persons_before.status_code, persons_now.regency, persons_now.status_code, persons_now.began
