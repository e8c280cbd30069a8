-- target_progress_series: the indicators with a target, month by month. A working table.
-- Grain: month x indicator x region x segment x denominator_id.
-- Unit: persons; value_scaled in persons, or in millionths of a percentage point for a ratio, so that sums of changes are whole
-- numbers and do not depend on the order.
-- Source: targets, coverage.
-- A target and its actual value divide by the same population. Numbers of persons are the same in every population and are read once.
-- All months divide by the population of the present month: a new or corrected survey wave must not look like a change of pace.
WITH indicators AS (
    SELECT indicator, region_code, segment, denominator_id
    FROM targets
    WHERE target_month >= $month
    GROUP BY indicator, region_code, segment, denominator_id
),
counted AS (
    SELECT
        coverage.month, indicators.indicator, indicators.region_code, indicators.segment, indicators.denominator_id,
        coverage.protected_persons, coverage.denominator_persons
    FROM indicators
    JOIN coverage
        ON coverage.region_code = indicators.region_code AND coverage.segment = indicators.segment
        AND (
            (indicators.indicator = 'protected_persons' AND coverage.denominator_id IN ('potential', 'none'))
            OR (indicators.indicator = 'coverage_ratio' AND coverage.denominator_id = indicators.denominator_id)
        )
    WHERE
        coverage.geography_basis = 'home' AND coverage.geography_level IN ('nation', 'province', 'regency')
        AND coverage.programme = 'any' AND coverage.sex = 'all' AND coverage.age_band = 'all'
)
SELECT
    CAST(year(counted.month) AS INTEGER) * 12 + CAST(month(counted.month) AS INTEGER) AS month_index,
    counted.indicator, counted.region_code, counted.segment, counted.denominator_id, counted.protected_persons,
    present.denominator_persons,
    CASE counted.indicator
        WHEN 'protected_persons' THEN CAST(counted.protected_persons AS DOUBLE)
        ELSE 100 * CAST(counted.protected_persons AS DOUBLE) / nullif(CAST(present.denominator_persons AS DOUBLE), 0)
    END AS actual_value,
    CASE counted.indicator
        WHEN 'protected_persons' THEN counted.protected_persons
        ELSE CAST(floor(
            100000000 * CAST(counted.protected_persons AS DOUBLE) / nullif(CAST(present.denominator_persons AS DOUBLE), 0) + 0.5
        ) AS BIGINT)
    END AS value_scaled
FROM counted
LEFT JOIN counted AS present
    ON present.month = $month AND present.indicator = counted.indicator AND present.region_code = counted.region_code
        AND present.segment = counted.segment
    AND present.denominator_id = counted.denominator_id
