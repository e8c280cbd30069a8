-- retention_by_person: entrants of the cohorts looked up in the register of the month. A working table.
-- Grain: cohort x segment x payer at entry x found and protected or not; one row an entrant who is not found.
-- Unit: persons. Source: entrants (of up to 25 months), persons and person_status_codes of the month, asked once each.
SELECT
    e.month AS cohort_month, e.segment, coalesce(e.payer, 'not_stated') AS payer,
    CASE WHEN p.person_id IS NULL THEN e.membership_key END AS lost_key, s.status = 'protected' AS is_protected,
    count(*) AS persons
FROM entrants AS e
LEFT JOIN persons AS p ON p.person_id = e.person_id
LEFT JOIN person_status_codes AS s ON s.status_code = p.status_code
GROUP BY
    e.month, e.segment, coalesce(e.payer, 'not_stated'), CASE WHEN p.person_id IS NULL THEN e.membership_key END,
    s.status = 'protected'
