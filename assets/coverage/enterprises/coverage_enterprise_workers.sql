-- coverage_enterprise_workers: protected wage earners by employer, and the programmes that all of them hold. A working table.
-- Grain: employer x division (000: the employer itself).
-- Unit: memberships.
-- Source: membership_status.
SELECT
    employer_id, employer_division, count(*) AS protected_workers,
    bool_and(jkk) AS jkk, bool_and(jkm) AS jkm, bool_and(jht) AS jht, bool_and(jp) AS jp
FROM membership_status
WHERE segment = 'PU' AND status_rank = 1
GROUP BY employer_id, employer_division
