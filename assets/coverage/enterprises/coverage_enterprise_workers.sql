-- coverage_enterprise_workers: protected wage earners by employer, and which programmes all of them hold. A working table.
-- Grain: employer x division (000: the employer itself). Unit: memberships. Source: memberships, protected_rule.
SELECT
    m.employer_id, coalesce(m.employer_division, '000') AS employer_division, count(*) AS protected_workers,
    bool_and(m.jkk) AS jkk, bool_and(m.jkm) AS jkm, bool_and(m.jht) AS jht, bool_and(m.jp) AS jp
FROM memberships AS m
JOIN protected_rule AS r
    ON r.segment = m.segment
    AND CAST(year(m.paid_through) AS INTEGER) * 12 + CAST(month(m.paid_through) AS INTEGER)
        >= $month_index - r.protected_arrears_months
WHERE m.segment = 'PU' AND (m.end_date IS NULL OR m.end_date > $month_end)
GROUP BY m.employer_id, coalesce(m.employer_division, '000')
