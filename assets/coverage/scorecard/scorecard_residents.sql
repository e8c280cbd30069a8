-- scorecard_residents: protected residents and eligible workers of each region, in the month and twelve months before. A working
-- table.
-- Grain: region (provinces and regencies, those that are not stated excepted).
-- Unit: persons; 0 where coverage has no row; empty where the survey or the month is not there.
-- Source: geography, coverage, coverage_year_before.
-- Numbers of persons are the same in every population and are read once.
WITH regions AS (
    SELECT geography_level AS region_level, region_code
    FROM geography
    WHERE geography_level IN ('province', 'regency') AND region_code NOT IN ('00', '0000')
    GROUP BY geography_level, region_code
),
present AS (
    SELECT
        region_code,
        max(CASE WHEN segment = 'all' THEN protected_persons END) AS protected_persons,
        max(CASE WHEN segment = 'formal' THEN protected_persons END) AS formal_persons,
        max(CASE WHEN segment = 'informal' THEN protected_persons END) AS informal_persons,
        max(CASE WHEN segment = 'all' THEN denominator_persons END) AS potential_persons,
        max(CASE WHEN segment = 'formal' THEN denominator_persons END) AS formal_potential,
        max(CASE WHEN segment = 'informal' THEN denominator_persons END) AS informal_potential
    FROM coverage
    WHERE
        geography_basis = 'home' AND geography_level IN ('province', 'regency') AND programme = 'any' AND sex = 'all'
        AND age_band = 'all' AND denominator_id IN ('potential', 'none')
    GROUP BY region_code
),
earlier AS (
    SELECT region_code, max(protected_persons) AS protected_persons
    FROM coverage_year_before
    WHERE
        geography_basis = 'home' AND geography_level IN ('province', 'regency') AND segment = 'all' AND programme = 'any'
        AND sex = 'all' AND age_band = 'all'
    GROUP BY region_code
)
SELECT
    regions.region_level, regions.region_code, coalesce(present.protected_persons, 0) AS protected_persons,
    coalesce(present.formal_persons, 0) AS formal_persons, coalesce(present.informal_persons, 0) AS informal_persons,
    nullif(present.potential_persons, 0) AS potential_persons, nullif(present.formal_potential, 0) AS formal_potential,
    nullif(present.informal_potential, 0) AS informal_potential,
    CASE WHEN $months_year_before > 0 THEN coalesce(earlier.protected_persons, 0) END AS year_before_persons
FROM regions
LEFT JOIN present ON present.region_code = regions.region_code
LEFT JOIN earlier ON earlier.region_code = regions.region_code
