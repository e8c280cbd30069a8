-- retention_by_person: entrants of the cohorts, looked up in the register of the month. A working table.
-- Grain: cohort x segment x payer at entry x found and protected or not; one row per entrant who is not found.
-- Unit: persons.
-- Source: entrants (of up to 25 months), persons, person_status_codes; each is read once.
SELECT
    entrants.month AS cohort_month, entrants.segment, coalesce(entrants.payer, 'not_stated') AS payer,
    CASE WHEN persons.person_id IS NULL THEN entrants.membership_key END AS unmatched_key,
    codes.status = 'protected' AS is_protected,
    count(*) AS persons
FROM entrants
LEFT JOIN persons ON persons.person_id = entrants.person_id
LEFT JOIN person_status_codes AS codes ON codes.status_code = persons.status_code
GROUP BY
    entrants.month, entrants.segment, coalesce(entrants.payer, 'not_stated'),
    CASE WHEN persons.person_id IS NULL THEN entrants.membership_key END,
    codes.status = 'protected'
