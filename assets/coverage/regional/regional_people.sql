-- regional_people: protected residents paid by a regional or village budget, and protected vulnerable workers.
-- Grain: regency of residence, 0000: not stated. A working table. Unit: persons. Source: persons, payers.
-- Vulnerable are own-account workers who are named so, or whose contribution a public budget or donor pays.
SELECT
    coalesce(p.home_region, '0000') AS region_code,
    CAST(sum(CASE WHEN y.subsidised = 'yes' THEN 1 ELSE 0 END) AS BIGINT) AS paid_workers,
    CAST(sum(CASE WHEN p.segment = 'BPU' AND (p.vulnerable_basis IS NOT NULL OR y.subsidised = 'yes' OR y.code = 'donor')
        THEN 1 ELSE 0 END) AS BIGINT) AS protected_vulnerable
FROM persons AS p
LEFT JOIN payers AS y ON y.code = p.payer
WHERE p.status = 'protected' AND (p.vulnerable_basis IS NOT NULL OR y.subsidised = 'yes' OR y.code = 'donor')
GROUP BY coalesce(p.home_region, '0000')
