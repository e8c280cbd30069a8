-- target_progress_series: the indicators that somebody set a target for, month by month. A working table.
-- Grain: month x indicator x region x segment x denominator_id. Unit: persons; value_scaled in persons, or in millionths of a
-- percent point for a ratio, so that sums of changes are whole and the same in any order. Source: targets, coverage.
-- A target and its actual value divide by the same population; persons stand with every population, and are taken once.
WITH wanted AS (
    SELECT t.indicator, t.region_code, t.segment, t.denominator_id
    FROM targets AS t
    WHERE t.target_month >= $month
    GROUP BY t.indicator, t.region_code, t.segment, t.denominator_id
)
SELECT
    CAST(year(c.month) AS INTEGER) * 12 + CAST(month(c.month) AS INTEGER) AS month_index,
    w.indicator, w.region_code, w.segment, w.denominator_id, c.protected_persons,
    CASE w.indicator
        WHEN 'protected_persons' THEN CAST(c.protected_persons AS DOUBLE)
        ELSE 100 * CAST(c.protected_persons AS DOUBLE) / nullif(CAST(c.denominator_persons AS DOUBLE), 0)
    END AS actual_value,
    CASE w.indicator
        WHEN 'protected_persons' THEN c.protected_persons
        ELSE CAST(floor(
            100000000 * CAST(c.protected_persons AS DOUBLE) / nullif(CAST(c.denominator_persons AS DOUBLE), 0) + 0.5
        ) AS BIGINT)
    END AS value_scaled
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
