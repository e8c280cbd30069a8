-- target_progress: actual against planned values, the pace needed, and the projection of the recent pace.
-- Grain: indicator x region x segment x denominator_id x target month not yet passed.
-- Units: persons, or percent for a ratio.
-- Source: targets (newest list up to the month), target_progress_series, target_progress_changes, target_progress_bounds,
-- student_terms (two-sided 80 %).
-- The projection is a random walk with drift: actual + h * m, h months ahead, from n changes with mean m.
-- Its 80 % range is +- t * s * sqrt(h + h^2 / n), with the standard deviation s of the changes and t of Student, both with n - 1.
-- In the root, h is the variance of the steps, h^2 / n the error of the estimated drift. Below six changes there is no projection. The projection
-- and its range end at zero and at the potential.
WITH planned AS (
    SELECT
        indicator, region_code, segment, denominator_id, target_month, value AS target_value,
        source AS target_source,
        CAST(year(target_month) AS INTEGER) * 12 + CAST(month(target_month) AS INTEGER) - $month_index AS months_left
    FROM targets
    WHERE target_month >= $month
),
actuals AS (
    SELECT
        planned.indicator, planned.region_code, planned.segment, planned.denominator_id, planned.target_month, planned.target_value,
        planned.target_source,
        planned.months_left, series.protected_persons, series.actual_value, planned.target_value - series.actual_value AS gap_value,
        coalesce(changes.changes_seen, 0) AS changes_seen, changes.mean_change, changes.least_persons, bounds.highest_value,
        CASE WHEN changes.changes_seen >= 6 THEN series.actual_value + planned.months_left * changes.mean_change END AS drift_value,
        CASE WHEN changes.changes_seen >= 6 THEN changes.change_sd * sqrt(
            CAST(planned.months_left AS DOUBLE)
            + CAST(planned.months_left * planned.months_left AS DOUBLE) / nullif(CAST(changes.changes_seen AS DOUBLE), 0)
        ) END AS drift_error,
        nullif(CAST(changes.changes_seen - 1 AS DOUBLE), 0) AS freedom
    FROM planned
    LEFT JOIN target_progress_series AS series
        ON series.month_index = $month_index AND series.indicator = planned.indicator AND series.region_code = planned.region_code
        AND series.segment = planned.segment AND series.denominator_id = planned.denominator_id
    LEFT JOIN target_progress_changes AS changes
        ON changes.indicator = planned.indicator AND changes.region_code = planned.region_code AND changes.segment = planned.segment
        AND changes.denominator_id = planned.denominator_id
    LEFT JOIN target_progress_bounds AS bounds
        ON bounds.indicator = planned.indicator AND bounds.region_code = planned.region_code AND bounds.segment = planned.segment
        AND bounds.denominator_id = planned.denominator_id
),
ranged AS (
    SELECT
        actuals.indicator, actuals.region_code, actuals.segment, actuals.denominator_id, actuals.target_month, actuals.target_value,
        actuals.target_source,
        actuals.months_left, actuals.protected_persons, actuals.actual_value, actuals.gap_value, actuals.changes_seen,
        actuals.mean_change, actuals.least_persons,
        actuals.highest_value, actuals.drift_value,
        actuals.drift_error * (
            student.normal + CAST(student.over_1 AS DOUBLE) / nullif(actuals.freedom, 0)
            + CAST(student.over_2 AS DOUBLE) / nullif(actuals.freedom * actuals.freedom, 0)
            + CAST(student.over_3 AS DOUBLE) / nullif(actuals.freedom * actuals.freedom * actuals.freedom, 0)
        ) AS half_range
    FROM actuals
    CROSS JOIN student_terms AS student
),
projected AS (
    SELECT
        indicator, region_code, segment, denominator_id, target_month, target_value, target_source,
        months_left, protected_persons, actual_value, gap_value, changes_seen, mean_change, least_persons,
        CASE WHEN drift_value IS NOT NULL THEN least(greatest(drift_value, 0), highest_value) END
            AS projected_value,
        CASE WHEN half_range IS NOT NULL
            THEN least(greatest(drift_value - half_range, 0), highest_value) END AS projected_low,
        CASE WHEN half_range IS NOT NULL
            THEN least(greatest(drift_value + half_range, 0), highest_value) END AS projected_high
    FROM ranged
)
SELECT
    $month AS month, indicator, region_code, segment, denominator_id, target_month, target_value, target_source,
    protected_persons, actual_value, gap_value, months_left,
    gap_value / nullif(CAST(months_left AS DOUBLE), 0) AS needed_per_month, changes_seen, mean_change, projected_value,
    projected_low, projected_high,
    CASE
        WHEN actual_value >= target_value THEN 'reached'
        WHEN actual_value < target_value AND months_left = 0 THEN 'missed'
        WHEN projected_low IS NULL OR actual_value IS NULL THEN 'unknown'
        WHEN projected_low >= target_value THEN 'likely'
        WHEN projected_high < target_value THEN 'unlikely'
        ELSE 'open'
    END AS outlook,
    least_persons,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM projected
