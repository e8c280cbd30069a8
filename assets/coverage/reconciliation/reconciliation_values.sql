-- reconciliation_values: our value of every indicator with published figures. A working table.
-- Grain: indicator x region level x region x segment.
-- Unit: persons.
-- Source: coverage, vulnerable_workers and activity (available rows).
-- our_persons: the smallest count of persons that the value depends on; empty for survey estimates. Published regions follow the
-- registering office (work); the nation is the same on both bases.
SELECT
    'protected_persons' AS indicator, geography_level AS region_level, region_code, segment,
    protected_persons AS our_value, protected_persons AS our_persons
FROM coverage
WHERE
    geography_basis = CASE geography_level WHEN 'nation' THEN 'home' ELSE 'work' END
    AND programme = 'any' AND sex = 'all' AND age_band = 'all' AND denominator_id IN ('potential', 'none')
UNION ALL
SELECT
    CASE denominator_id WHEN 'potential' THEN 'potential_persons' ELSE 'employed_persons' END,
    geography_level, region_code, segment, denominator_persons, CAST(NULL AS BIGINT)
FROM coverage
WHERE
    geography_basis = 'home' AND programme = 'any' AND sex = 'all' AND age_band = 'all'
    AND (denominator_id = 'potential' OR (denominator_id = 'employed' AND survey_wave = $month))
UNION ALL
SELECT
    'vulnerable_persons', CASE province_code WHEN 'ID' THEN 'nation' ELSE 'province' END, province_code, 'informal',
    potential_persons, CAST(NULL AS BIGINT)
FROM vulnerable_workers
WHERE availability = 'available' AND payer = 'all' AND vulnerable_basis = 'all'
UNION ALL
SELECT
    'subsidised_persons', CASE province_code WHEN 'ID' THEN 'nation' ELSE 'province' END, province_code, 'informal',
    CAST(sum(protected_persons) AS BIGINT), min(nullif(protected_persons, 0))
FROM vulnerable_workers
WHERE
    availability = 'available' AND payer IN ('regional_government', 'village_fund') AND vulnerable_basis = 'all'
GROUP BY province_code
UNION ALL
SELECT 'dormant_persons', 'nation', province_code, segment, dormant_persons, dormant_persons
FROM activity
WHERE availability = 'available' AND province_code = 'ID' AND payer = 'all' AND channel = 'all'
