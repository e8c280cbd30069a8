-- vulnerable_workers_cells: informal workers who are named vulnerable, or whose contribution a public budget or donor pays.
-- A working table. Grain: province of residence x payer x vulnerable basis. Unit: persons.
-- Source: persons and person_status_codes (protected and grace at the end of the month), transitions (who became unpaid, left or is new).
-- Persons who became unpaid or left counts where, and with the payer and basis, of the month before.
WITH counted AS (
    SELECT
        substr(lpad(CAST(p.home_regency AS STRING), 4, '0'), 1, 2) AS province_code, s.payer, s.vulnerable_basis,
        s.status AS what, p.persons
    FROM (SELECT home_regency, status_code, count(*) AS persons FROM persons GROUP BY home_regency, status_code) AS p
    JOIN person_status_codes AS s ON s.status_code = p.status_code
    WHERE s.segment = 'BPU' AND s.status IN ('protected', 'grace')
    UNION ALL
    SELECT
        substr(t.region_before, 1, 2), t.payer_before, t.basis_before,
        CASE t.kind WHEN 'became_unpaid' THEN 'became_unpaid' ELSE 'left' END, t.persons
    FROM transitions AS t
    WHERE t.segment_before = 'BPU' AND t.kind IN ('became_unpaid', 'left_ended', 'left_absent')
    UNION ALL
    SELECT substr(t.region_now, 1, 2), t.payer_now, t.basis_now, 'new', t.persons
    FROM transitions AS t
    WHERE t.segment_now = 'BPU' AND t.kind IN ('entered', 're_entered')
)
SELECT
    c.province_code, coalesce(c.payer, 'not_stated') AS payer,
    coalesce(c.vulnerable_basis, 'not_stated') AS vulnerable_basis,
    CAST(sum(CASE WHEN c.what = 'protected' THEN c.persons ELSE 0 END) AS BIGINT) AS protected_persons,
    CAST(sum(CASE WHEN c.what = 'grace' THEN c.persons ELSE 0 END) AS BIGINT) AS grace_persons,
    CAST(sum(CASE WHEN c.what = 'became_unpaid' THEN c.persons ELSE 0 END) AS BIGINT) AS became_unpaid_persons,
    CAST(sum(CASE WHEN c.what = 'left' THEN c.persons ELSE 0 END) AS BIGINT) AS left_persons,
    CAST(sum(CASE WHEN c.what = 'new' THEN c.persons ELSE 0 END) AS BIGINT) AS new_persons
FROM counted AS c
WHERE c.vulnerable_basis IS NOT NULL OR c.payer IN ('regional_government', 'village_fund', 'donor')
GROUP BY c.province_code, coalesce(c.payer, 'not_stated'), coalesce(c.vulnerable_basis, 'not_stated')
