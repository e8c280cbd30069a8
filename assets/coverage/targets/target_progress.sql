-- target_progress: actual against planned, the pace needed, and where the present pace leads.
-- Grain: indicator x region x segment x denominator_id x target month not yet passed. Units: persons, or percent for a ratio.
-- Source: targets (newest list up to the month), target_progress_series, target_progress_changes, target_progress_bounds,
-- student_terms (two-sided 80 %).
-- Projection, h months ahead from n changes with mean m and standard deviation s (n - 1): a random walk with drift,
--   actual + h * m, with the 80 % range +- t * s * sqrt(h + h^2 / n), t of Student with n - 1 degrees of freedom.
-- h counts the steps of the walk, h^2 / n the error of the estimated drift. Below six changes there is no projection.
-- Nobody can be fewer than none, and no more persons can be protected than could be: the projection and its range end there.
WITH planned AS (
    SELECT
        t.indicator, t.region_code, t.segment, t.denominator_id, t.target_month, t.value AS target_value,
        t.source AS target_source,
        CAST(year(t.target_month) AS INTEGER) * 12 + CAST(month(t.target_month) AS INTEGER) - $month_index AS months_left
    FROM targets AS t
    WHERE t.target_month >= $month
),
seen AS (
    SELECT
        p.indicator, p.region_code, p.segment, p.denominator_id, p.target_month, p.target_value, p.target_source,
        p.months_left, s.protected_persons, s.actual_value, p.target_value - s.actual_value AS gap_value,
        coalesce(c.changes_seen, 0) AS changes_seen, c.mean_change, c.least_persons, b.highest_value,
        CASE WHEN c.changes_seen >= 6 THEN s.actual_value + p.months_left * c.mean_change END AS walked_value,
        CASE WHEN c.changes_seen >= 6 THEN c.change_sd * sqrt(
            CAST(p.months_left AS DOUBLE)
            + CAST(p.months_left * p.months_left AS DOUBLE) / nullif(CAST(c.changes_seen AS DOUBLE), 0)
        ) END AS walked_error,
        nullif(CAST(c.changes_seen - 1 AS DOUBLE), 0) AS freedom
    FROM planned AS p
    LEFT JOIN target_progress_series AS s
        ON s.month_index = $month_index AND s.indicator = p.indicator AND s.region_code = p.region_code
        AND s.segment = p.segment AND s.denominator_id = p.denominator_id
    LEFT JOIN target_progress_changes AS c
        ON c.indicator = p.indicator AND c.region_code = p.region_code AND c.segment = p.segment
        AND c.denominator_id = p.denominator_id
    LEFT JOIN target_progress_bounds AS b
        ON b.indicator = p.indicator AND b.region_code = p.region_code AND b.segment = p.segment
        AND b.denominator_id = p.denominator_id
),
ranged AS (
    SELECT
        n.indicator, n.region_code, n.segment, n.denominator_id, n.target_month, n.target_value, n.target_source,
        n.months_left, n.protected_persons, n.actual_value, n.gap_value, n.changes_seen, n.mean_change, n.least_persons,
        n.highest_value, n.walked_value,
        n.walked_error * (
            t.normal + CAST(t.over_1 AS DOUBLE) / nullif(n.freedom, 0)
            + CAST(t.over_2 AS DOUBLE) / nullif(n.freedom * n.freedom, 0)
            + CAST(t.over_3 AS DOUBLE) / nullif(n.freedom * n.freedom * n.freedom, 0)
        ) AS half_range
    FROM seen AS n
    CROSS JOIN student_terms AS t
),
projected AS (
    SELECT
        r.indicator, r.region_code, r.segment, r.denominator_id, r.target_month, r.target_value, r.target_source,
        r.months_left, r.protected_persons, r.actual_value, r.gap_value, r.changes_seen, r.mean_change, r.least_persons,
        CASE WHEN r.walked_value IS NOT NULL THEN least(greatest(r.walked_value, 0), r.highest_value) END
            AS projected_value,
        CASE WHEN r.half_range IS NOT NULL
            THEN least(greatest(r.walked_value - r.half_range, 0), r.highest_value) END AS projected_low,
        CASE WHEN r.half_range IS NOT NULL
            THEN least(greatest(r.walked_value + r.half_range, 0), r.highest_value) END AS projected_high
    FROM ranged AS r
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
