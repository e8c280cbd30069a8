-- retention_cohorts: entrants of each cohort, and how many of them are protected. A working table.
-- Grain: cohort x segment x payer at entry.
-- Unit: persons.
-- Source: retention_by_person, persons, person_status_codes.
-- A person who is not found by person_id is looked up by membership: a corrected NIK does not count as a departure.
WITH protected_memberships AS (
    SELECT persons.membership_key
    FROM persons
    JOIN (SELECT unmatched_key FROM retention_by_person WHERE unmatched_key IS NOT NULL GROUP BY unmatched_key) AS unmatched
        ON unmatched.unmatched_key = persons.membership_key
    JOIN person_status_codes AS codes ON codes.status_code = persons.status_code
    WHERE codes.status = 'protected'
)
SELECT
    entrants.cohort_month, entrants.segment, entrants.payer, CAST(sum(entrants.persons) AS BIGINT) AS entrants,
    CAST(sum(CASE WHEN entrants.is_protected OR protected.membership_key IS NOT NULL
        THEN entrants.persons ELSE 0 END) AS BIGINT) AS retained
FROM retention_by_person AS entrants
LEFT JOIN protected_memberships AS protected ON protected.membership_key = entrants.unmatched_key
GROUP BY entrants.cohort_month, entrants.segment, entrants.payer
