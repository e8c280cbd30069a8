-- denominators: the populations that ratios divide by, in the breakdowns of the table coverage. A working table.
-- Grain: geography level x region x segment x programme x sex x age band x denominator_id. Unit: persons; errors in percent.
-- Source: population. The survey's cells are taken as independent when their errors are added.
WITH placed AS (
    SELECT
        p.survey_wave, g.geography_level, g.region_code, p.segment, p.sex, p.age_band, p.employed_persons,
        p.potential_persons, p.employed_variance, p.potential_variance, p.cells_without_error
    FROM population AS p
    JOIN geography AS g ON g.member_code = p.region_code
),
rolled AS (
    SELECT
        'potential' AS denominator_id, p.survey_wave, p.geography_level, p.region_code, s.segment_group AS segment,
        p.sex, p.age_band, p.potential_persons AS persons, p.potential_variance AS variance, p.cells_without_error
    FROM placed AS p
    JOIN (
        SELECT 'formal' AS segment, 'formal' AS segment_group
        UNION ALL SELECT 'informal', 'informal'
        UNION ALL SELECT 'formal', 'all'
        UNION ALL SELECT 'informal', 'all'
    ) AS s ON s.segment = p.segment
    UNION ALL
    SELECT
        'employed', p.survey_wave, p.geography_level, p.region_code, 'all', p.sex, p.age_band,
        p.employed_persons, p.employed_variance, p.cells_without_error
    FROM placed AS p
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
    d.denominator_id, d.survey_wave, d.geography_level, d.region_code, d.segment, g.code AS programme, d.sex, d.age_band,
    d.persons AS denominator_persons,
    CASE WHEN d.cells_without_error = 0 THEN sqrt(CAST(d.variance AS DOUBLE)) / nullif(CAST(d.persons AS DOUBLE), 0) END
        AS denominator_rse
FROM summed AS d
JOIN programmes AS g
    ON g.code = 'any' OR (d.sex = 'all' AND d.age_band = 'all')
WHERE d.geography_level <> 'regency' OR (d.sex = 'all' AND d.age_band = 'all')
