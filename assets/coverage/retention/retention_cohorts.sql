-- retention_cohorts: of those who entered in a month, how many there were and how many are protected. A working table.
-- Grain: cohort x segment x payer at entry. Unit: persons. Source: retention_by_person, persons, person_status_codes.
-- Who is not found by person_id is looked for by membership: a corrected NIK is no departure.
WITH kept_membership AS (
    SELECT p.membership_key
    FROM persons AS p
    JOIN (SELECT lost_key FROM retention_by_person WHERE lost_key IS NOT NULL GROUP BY lost_key) AS l
        ON l.lost_key = p.membership_key
    JOIN person_status_codes AS s ON s.status_code = p.status_code
    WHERE s.status = 'protected'
)
SELECT
    r.cohort_month, r.segment, r.payer, CAST(sum(r.persons) AS BIGINT) AS entrants,
    CAST(sum(CASE WHEN r.is_protected OR k.membership_key IS NOT NULL THEN r.persons ELSE 0 END) AS BIGINT) AS retained
FROM retention_by_person AS r
LEFT JOIN kept_membership AS k ON k.membership_key = r.lost_key
GROUP BY r.cohort_month, r.segment, r.payer
