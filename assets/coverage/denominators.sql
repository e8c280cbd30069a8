-- denominators: the populations of the denominators, in the breakdowns of the table coverage. A working table.
-- Grain: geography level x region x segment x programme x sex x age band x denominator_id.
-- Units: persons; errors in percent.
-- Source: population.
-- Errors of survey cells are added as if the cells were independent.
WITH by_region AS (
    SELECT
        population.survey_wave, geography.geography_level, geography.region_code, population.segment, population.sex,
        population.age_band, population.employed_persons,
        population.potential_persons, population.employed_variance, population.potential_variance, population.cells_without_error
    FROM population
    JOIN geography ON geography.member_code = population.region_code
),
rolled AS (
    SELECT
        'potential' AS denominator_id, by_region.survey_wave, by_region.geography_level, by_region.region_code,
        groups.segment_group AS segment,
        by_region.sex, by_region.age_band, by_region.potential_persons AS persons, by_region.potential_variance AS variance,
        by_region.cells_without_error
    FROM by_region
    JOIN (
        SELECT 'formal' AS segment, 'formal' AS segment_group
        UNION ALL SELECT 'informal', 'informal'
        UNION ALL SELECT 'formal', 'all'
        UNION ALL SELECT 'informal', 'all'
    ) AS groups ON groups.segment = by_region.segment
    UNION ALL
    SELECT
        'employed', survey_wave, geography_level, region_code, 'all', sex, age_band,
        employed_persons, employed_variance, cells_without_error
    FROM by_region
),
summed AS (
    SELECT
        denominator_id, survey_wave, geography_level, region_code, segment,
        CASE WHEN GROUPING(sex) = 1 THEN 'all' ELSE sex END AS sex,
        CASE WHEN GROUPING(age_band) = 1 THEN 'all' ELSE age_band END AS age_band,
        CAST(sum(persons) AS BIGINT) AS persons, CAST(sum(variance) AS BIGINT) AS variance,
        CAST(sum(cells_without_error) AS BIGINT) AS cells_without_error
    FROM rolled
    GROUP BY GROUPING SETS (
        (denominator_id, survey_wave, geography_level, region_code, segment),
        (denominator_id, survey_wave, geography_level, region_code, segment, sex),
        (denominator_id, survey_wave, geography_level, region_code, segment, age_band),
        (denominator_id, survey_wave, geography_level, region_code, segment, sex, age_band)
    )
)
SELECT
    summed.denominator_id, summed.survey_wave, summed.geography_level, summed.region_code, summed.segment,
    programmes.code AS programme, summed.sex, summed.age_band,
    summed.persons AS denominator_persons,
    CASE WHEN summed.cells_without_error = 0
        THEN sqrt(CAST(summed.variance AS DOUBLE)) / nullif(CAST(summed.persons AS DOUBLE), 0) END AS denominator_rse
FROM summed
JOIN programmes
    ON programmes.code = 'any' OR (summed.sex = 'all' AND summed.age_band = 'all')
WHERE summed.geography_level <> 'regency' OR (summed.sex = 'all' AND summed.age_band = 'all')
