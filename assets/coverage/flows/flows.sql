-- flows: protected persons at the end of the month before, arrivals and departures, protected persons now, and unusual changes.
-- Grain: province of residence or nation x group of segments.
-- Units: persons; the change as a fraction of the opening number.
-- Source: flows_counts, drift_limits, drift_exceptions.
-- $month_name is YYYY-MM, as in the exceptions.
WITH exceptions AS (
    SELECT segment, province_code
    FROM drift_exceptions
    WHERE month_from <= $month_name AND month_to >= $month_name
    GROUP BY segment, province_code
),
assessed AS (
    SELECT
        counts.province_code, counts.segment,
        greatest(counts.opening_persons, counts.closing_persons) < CAST(limits.least_persons AS BIGINT) AS is_small,
        abs(counts.closing_persons - counts.opening_persons) * 1000 > limits.limit_permille * counts.opening_persons AS is_above,
        own.segment IS NOT NULL OR national.segment IS NOT NULL AS is_excused
    FROM flows_counts AS counts
    JOIN drift_limits AS limits ON limits.segment = counts.segment
    LEFT JOIN exceptions AS own ON own.segment = counts.segment AND own.province_code = counts.province_code
    LEFT JOIN exceptions AS national ON national.segment = counts.segment AND national.province_code = 'all'
)
SELECT
    $month AS month, counts.province_code, counts.segment, counts.opening_persons, counts.entered_persons,
    counts.re_entered_persons,
    counts.changed_segment_in_persons, counts.moved_in_persons, counts.restated_in_persons, counts.became_unpaid_persons,
    counts.left_ended_persons,
    counts.left_absent_persons, counts.changed_segment_out_persons, counts.moved_out_persons, counts.restated_out_persons,
    counts.closing_persons,
    CAST(counts.closing_persons AS DOUBLE) / nullif(CAST(counts.opening_persons AS DOUBLE), 0) - 1 AS change_ratio,
    CASE
        WHEN assessed.is_small THEN 'small'
        WHEN NOT assessed.is_above THEN 'ok'
        WHEN assessed.is_excused THEN 'declared'
        ELSE 'unusual'
    END AS drift,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM flows_counts AS counts
JOIN assessed ON assessed.province_code = counts.province_code AND assessed.segment = counts.segment
