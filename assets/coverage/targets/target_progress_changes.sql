-- target_progress_changes: month-on-month changes of each series, added and squared. A working table.
-- Grain: indicator x region x segment x denominator_id. Unit: that of value_scaled. Source: target_progress_series.
-- Only a month and the month right before it make a change; a gap in the series is not bridged.
-- least_persons: fewest protected persons above none in a month that a change rests on (protection reads it).
-- Decimals, because the square of a large change of a ratio leaves the range of a BIGINT.
WITH changes AS (
    SELECT s.indicator, s.region_code, s.segment, s.denominator_id, s.value_scaled - b.value_scaled AS change,
        least(nullif(s.protected_persons, 0), nullif(b.protected_persons, 0)) AS least_persons
    FROM target_progress_series AS s
    JOIN target_progress_series AS b
        ON b.month_index = s.month_index - 1 AND b.indicator = s.indicator AND b.region_code = s.region_code
        AND b.segment = s.segment AND b.denominator_id = s.denominator_id
    WHERE s.value_scaled IS NOT NULL AND b.value_scaled IS NOT NULL
),
summed AS (
    SELECT
        indicator, region_code, segment, denominator_id, count(*) AS changes_seen,
        min(least_persons) AS least_persons, CAST(sum(change) AS BIGINT) AS change_sum,
        CAST(sum(CAST(change AS DECIMAL(19, 0)) * CAST(change AS DECIMAL(19, 0))) AS DECIMAL(38, 0)) AS squares_sum
    FROM changes
    GROUP BY indicator, region_code, segment, denominator_id
)
SELECT
    indicator, region_code, segment, denominator_id, changes_seen, least_persons,
    CAST(change_sum AS DOUBLE) / nullif(CAST(changes_seen AS DOUBLE), 0)
        / CASE indicator WHEN 'coverage_ratio' THEN 1000000 ELSE 1 END AS mean_change,
    CASE WHEN changes_seen > 1 THEN
        sqrt(
            CAST(
                changes_seen * squares_sum - CAST(change_sum AS DECIMAL(19, 0)) * CAST(change_sum AS DECIMAL(19, 0)) AS DOUBLE
            ) / nullif(CAST(changes_seen * (changes_seen - 1) AS DOUBLE), 0)
        ) / CASE indicator WHEN 'coverage_ratio' THEN 1000000 ELSE 1 END
    END AS change_sd
FROM summed
