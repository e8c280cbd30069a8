-- flows: opening, who came, who went, closing, and whether the change is one to look at.
-- Grain: province of residence (or the nation) x group of segments. Units: persons; change as a fraction of the opening.
-- Source: flows_counted; the lists drift_limits and drift_exceptions. $month_name is YYYY-MM, as the exceptions are.
WITH excused AS (
    SELECT e.segment, e.province_code
    FROM drift_exceptions AS e
    WHERE e.month_from <= $month_name AND e.month_to >= $month_name
    GROUP BY e.segment, e.province_code
),
judged AS (
    SELECT
        f.province_code, f.segment,
        greatest(f.opening_persons, f.closing_persons) < CAST(l.least_persons AS BIGINT) AS is_small,
        abs(f.closing_persons - f.opening_persons) * 1000 > l.limit_permille * f.opening_persons AS is_above,
        x.segment IS NOT NULL OR n.segment IS NOT NULL AS is_excused
    FROM flows_counted AS f
    JOIN drift_limits AS l ON l.segment = f.segment
    LEFT JOIN excused AS x ON x.segment = f.segment AND x.province_code = f.province_code
    LEFT JOIN excused AS n ON n.segment = f.segment AND n.province_code = 'all'
)
SELECT
    $month AS month, f.province_code, f.segment, f.opening_persons, f.entered_persons, f.re_entered_persons,
    f.changed_segment_in_persons, f.moved_in_persons, f.restated_in_persons, f.became_unpaid_persons, f.left_ended_persons,
    f.left_absent_persons, f.changed_segment_out_persons, f.moved_out_persons, f.restated_out_persons, f.closing_persons,
    CAST(f.closing_persons AS DOUBLE) / nullif(CAST(f.opening_persons AS DOUBLE), 0) - 1 AS change_ratio,
    CASE
        WHEN j.is_small THEN 'small'
        WHEN NOT j.is_above THEN 'ok'
        WHEN j.is_excused THEN 'declared'
        ELSE 'unusual'
    END AS drift,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM flows_counted AS f
JOIN judged AS j ON j.province_code = f.province_code AND j.segment = f.segment
