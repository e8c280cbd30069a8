-- target_progress_bounds: the maximum of an indicator: eligible workers by residence. A working table.
-- Grain: indicator x region x segment x denominator_id.
-- Unit: persons, or percent for a ratio.
-- Source: target_progress_series (of the month), coverage (potential), segments.
-- A segment has the maximum of its group. An actual value above its potential is kept, and is then the maximum. Migrants abroad, and
-- regions without a survey, have no row.
SELECT
    series.indicator, series.region_code, series.segment, series.denominator_id,
    greatest(series.actual_value, CASE series.indicator
        WHEN 'protected_persons' THEN CAST(coverage.denominator_persons AS DOUBLE)
        ELSE 100 * CAST(coverage.denominator_persons AS DOUBLE) / nullif(CAST(series.denominator_persons AS DOUBLE), 0)
    END) AS highest_value
FROM target_progress_series AS series
LEFT JOIN segments ON segments.code = series.segment
JOIN coverage
    ON coverage.month = $month AND coverage.region_code = series.region_code
        AND coverage.segment = coalesce(segments.segment_class, series.segment)
WHERE
    series.month_index = $month_index AND coverage.geography_basis = 'home'
    AND coverage.geography_level IN ('nation', 'province', 'regency') AND coverage.programme = 'any' AND coverage.sex = 'all'
    AND coverage.age_band = 'all' AND coverage.denominator_id = 'potential' AND coverage.denominator_persons > 0
