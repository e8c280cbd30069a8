-- regional_beneficiaries: protected residents paid by a regional or village budget, and protected vulnerable workers. A working table.
-- Grain: regency of residence, 0000: not stated.
-- Unit: persons.
-- Source: persons, person_status_codes, payers.
-- Vulnerable are own-account workers with a vulnerable basis, or whose contribution a public budget or donor pays.
SELECT
    lpad(CAST(residents.home_regency AS STRING), 4, '0') AS region_code,
    CAST(sum(CASE WHEN payers.subsidised = 'yes' THEN residents.persons ELSE 0 END) AS BIGINT) AS paid_workers,
    CAST(sum(CASE WHEN codes.segment = 'BPU'
        AND (codes.vulnerable_basis IS NOT NULL OR payers.subsidised = 'yes' OR payers.code = 'donor')
        THEN residents.persons ELSE 0 END) AS BIGINT) AS protected_vulnerable
FROM (SELECT home_regency, status_code, count(*) AS persons FROM persons GROUP BY home_regency, status_code) AS residents
JOIN person_status_codes AS codes ON codes.status_code = residents.status_code
LEFT JOIN payers ON payers.code = codes.payer
WHERE codes.status = 'protected' AND (codes.vulnerable_basis IS NOT NULL OR payers.subsidised = 'yes' OR payers.code = 'donor')
GROUP BY residents.home_regency
