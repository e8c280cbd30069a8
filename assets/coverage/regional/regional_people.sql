-- regional_people: protected residents paid by a regional or village budget, and protected vulnerable workers.
-- Grain: regency of residence, 0000: not stated. A working table. Unit: persons. Source: persons, payers.
-- Vulnerable are own-account workers who are named so, or whose contribution a public budget or donor pays.
SELECT
    lpad(CAST(p.home_regency AS STRING), 4, '0') AS region_code,
    CAST(sum(CASE WHEN y.subsidised = 'yes' THEN p.persons ELSE 0 END) AS BIGINT) AS paid_workers,
    CAST(sum(CASE WHEN s.segment = 'BPU' AND (s.vulnerable_basis IS NOT NULL OR y.subsidised = 'yes' OR y.code = 'donor')
        THEN p.persons ELSE 0 END) AS BIGINT) AS protected_vulnerable
FROM (SELECT home_regency, status_code, count(*) AS persons FROM persons GROUP BY home_regency, status_code) AS p
JOIN person_status_codes AS s ON s.status_code = p.status_code
LEFT JOIN payers AS y ON y.code = s.payer
WHERE s.status = 'protected' AND (s.vulnerable_basis IS NOT NULL OR y.subsidised = 'yes' OR y.code = 'donor')
GROUP BY p.home_regency
