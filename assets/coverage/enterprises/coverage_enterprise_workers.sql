-- coverage_enterprise_workers: protected wage earners by employer, and which programmes all of them hold. A working table.
-- Grain: employer x division (000: the employer itself). Unit: memberships. Source: membership_status.
SELECT
    s.employer_id, s.employer_division, count(*) AS protected_workers,
    bool_and(s.jkk) AS jkk, bool_and(s.jkm) AS jkm, bool_and(s.jht) AS jht, bool_and(s.jp) AS jp
FROM membership_status AS s
WHERE s.segment = 'PU' AND s.status_rank = 1
GROUP BY s.employer_id, s.employer_division
