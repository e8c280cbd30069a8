-- target_progress_series: the indicators that somebody set a target for, month by month. A working table.
-- Grain: month x indicator x region x segment x denominator_id. Unit: persons; value_scaled in persons, or in millionths of a
-- percent point for a ratio, so that sums of changes are whole and the same in any order. Source: targets, coverage.
-- A target and its actual value divide by the same population; persons stand with every population, and are taken once.
-- Every month divides by the population of the present month: a new survey wave, or a corrected one, is no change of anybody's
-- protection, and is not carried on as a pace.
WITH wanted AS (
    SELECT t.indicator, t.region_code, t.segment, t.denominator_id
    FROM targets AS t
    WHERE t.target_month >= $month
    GROUP BY t.indicator, t.region_code, t.segment, t.denominator_id
),
counted AS (
    SELECT
        c.month, w.indicator, w.region_code, w.segment, w.denominator_id, c.protected_persons, c.denominator_persons
    FROM wanted AS w
    JOIN coverage AS c
        ON c.region_code = w.region_code AND c.segment = w.segment
        AND (
            (w.indicator = 'protected_persons' AND c.denominator_id IN ('potential', 'none'))
            OR (w.indicator = 'coverage_ratio' AND c.denominator_id = w.denominator_id)
        )
    WHERE
        c.geography_basis = 'home' AND c.geography_level IN ('nation', 'province', 'regency')
        AND c.programme = 'any' AND c.sex = 'all' AND c.age_band = 'all'
)
SELECT
    CAST(year(c.month) AS INTEGER) * 12 + CAST(month(c.month) AS INTEGER) AS month_index,
    c.indicator, c.region_code, c.segment, c.denominator_id, c.protected_persons, n.denominator_persons,
    CASE c.indicator
        WHEN 'protected_persons' THEN CAST(c.protected_persons AS DOUBLE)
        ELSE 100 * CAST(c.protected_persons AS DOUBLE) / nullif(CAST(n.denominator_persons AS DOUBLE), 0)
    END AS actual_value,
    CASE c.indicator
        WHEN 'protected_persons' THEN c.protected_persons
        ELSE CAST(floor(
            100000000 * CAST(c.protected_persons AS DOUBLE) / nullif(CAST(n.denominator_persons AS DOUBLE), 0) + 0.5
        ) AS BIGINT)
    END AS value_scaled
FROM counted AS c
LEFT JOIN counted AS n
    ON n.month = $month AND n.indicator = c.indicator AND n.region_code = c.region_code AND n.segment = c.segment
    AND n.denominator_id = c.denominator_id
