-- reconciliation_values: our value of every indicator that figures are published for. A working table.
-- Grain: indicator x region level x region x segment. Unit: persons. Source: coverage, vulnerable_workers (available rows).
-- our_persons: fewest persons in a count that the value rests on; empty for survey estimates, which rest on nobody in particular.
-- The published regions follow the registering office (work); the nation is the same on both bases.
SELECT
    'protected_persons' AS indicator, c.geography_level AS region_level, c.region_code, c.segment,
    c.protected_persons AS our_value, c.protected_persons AS our_persons
FROM coverage AS c
WHERE
    c.geography_basis = CASE c.geography_level WHEN 'nation' THEN 'home' ELSE 'work' END
    AND c.programme = 'any' AND c.sex = 'all' AND c.age_band = 'all' AND c.denominator_id IN ('potential', 'none')
UNION ALL
SELECT
    CASE c.denominator_id WHEN 'potential' THEN 'potential_persons' ELSE 'employed_persons' END,
    c.geography_level, c.region_code, c.segment, c.denominator_persons, CAST(NULL AS BIGINT)
FROM coverage AS c
WHERE
    c.geography_basis = 'home' AND c.programme = 'any' AND c.sex = 'all' AND c.age_band = 'all'
    AND (c.denominator_id = 'potential' OR (c.denominator_id = 'employed' AND c.survey_wave = $month))
UNION ALL
SELECT
    'vulnerable_persons', CASE v.province_code WHEN 'ID' THEN 'nation' ELSE 'province' END, v.province_code, 'informal',
    v.potential_persons, CAST(NULL AS BIGINT)
FROM vulnerable_workers AS v
WHERE v.availability = 'available' AND v.payer = 'all' AND v.vulnerable_basis = 'all'
UNION ALL
SELECT
    'subsidised_persons', CASE v.province_code WHEN 'ID' THEN 'nation' ELSE 'province' END, v.province_code, 'informal',
    CAST(sum(v.protected_persons) AS BIGINT), min(nullif(v.protected_persons, 0))
FROM vulnerable_workers AS v
WHERE
    v.availability = 'available' AND v.payer IN ('regional_government', 'village_fund') AND v.vulnerable_basis = 'all'
GROUP BY v.province_code
