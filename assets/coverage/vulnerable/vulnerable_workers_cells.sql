-- vulnerable_workers_cells: informal workers with a vulnerable basis, or whose contribution a public budget or donor pays. A working
-- table.
-- Grain: province of residence x payer x vulnerable basis.
-- Unit: persons.
-- Source: persons and person_status_codes (protected and grace at the end of the month), transitions (changes).
-- Persons who became unpaid or left count by the province, payer and basis of the month before.
WITH counted AS (
    SELECT
        substr(lpad(CAST(residents.home_regency AS STRING), 4, '0'), 1, 2) AS province_code, codes.payer, codes.vulnerable_basis,
        codes.status AS what, residents.persons
    FROM (SELECT home_regency, status_code, count(*) AS persons FROM persons GROUP BY home_regency, status_code) AS residents
    JOIN person_status_codes AS codes ON codes.status_code = residents.status_code
    WHERE codes.segment = 'BPU' AND codes.status IN ('protected', 'grace')
    UNION ALL
    SELECT
        substr(region_before, 1, 2), payer_before, basis_before,
        CASE kind WHEN 'became_unpaid' THEN 'became_unpaid' ELSE 'left' END, persons
    FROM transitions
    WHERE segment_before = 'BPU' AND kind IN ('became_unpaid', 'left_ended', 'left_absent')
    UNION ALL
    SELECT substr(region_now, 1, 2), payer_now, basis_now, 'new', persons
    FROM transitions
    WHERE segment_now = 'BPU' AND kind IN ('entered', 're_entered')
)
SELECT
    province_code, coalesce(payer, 'not_stated') AS payer,
    coalesce(vulnerable_basis, 'not_stated') AS vulnerable_basis,
    CAST(sum(CASE WHEN what = 'protected' THEN persons ELSE 0 END) AS BIGINT) AS protected_persons,
    CAST(sum(CASE WHEN what = 'grace' THEN persons ELSE 0 END) AS BIGINT) AS grace_persons,
    CAST(sum(CASE WHEN what = 'became_unpaid' THEN persons ELSE 0 END) AS BIGINT) AS became_unpaid_persons,
    CAST(sum(CASE WHEN what = 'left' THEN persons ELSE 0 END) AS BIGINT) AS left_persons,
    CAST(sum(CASE WHEN what = 'new' THEN persons ELSE 0 END) AS BIGINT) AS new_persons
FROM counted
WHERE vulnerable_basis IS NOT NULL OR payer IN ('regional_government', 'village_fund', 'donor')
GROUP BY province_code, coalesce(payer, 'not_stated'), coalesce(vulnerable_basis, 'not_stated')
