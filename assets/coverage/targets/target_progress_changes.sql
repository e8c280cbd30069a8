-- target_progress_changes: sums and squares of the month-on-month changes of each series. A working table.
-- Grain: indicator x region x segment x denominator_id.
-- Unit: that of value_scaled.
-- Source: target_progress_series.
-- Only two consecutive months make a change; a gap in the series is not bridged. least_persons: the smallest number of protected
-- persons above zero that a change depends on, for disclosure control. Decimals, because the square of a large change of a ratio
-- exceeds the range of a BIGINT.
WITH changes AS (
    SELECT series.indicator, series.region_code, series.segment, series.denominator_id,
        series.value_scaled - previous.value_scaled AS change,
        least(nullif(series.protected_persons, 0), nullif(previous.protected_persons, 0)) AS least_persons
    FROM target_progress_series AS series
    JOIN target_progress_series AS previous
        ON previous.month_index = series.month_index - 1 AND previous.indicator = series.indicator
            AND previous.region_code = series.region_code
        AND previous.segment = series.segment AND previous.denominator_id = series.denominator_id
    WHERE series.value_scaled IS NOT NULL AND previous.value_scaled IS NOT NULL
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
