-- target_progress_bounds: the most that an indicator can come to: the residents who could be protected. A working table.
-- Grain: indicator x region x segment x denominator_id. Unit: persons, or percent for a ratio. Source: target_progress_series
-- (of the month), coverage (potential), segments. One segment can have no more than the group it belongs to. A value above its
-- potential is kept as it is, and is then the most itself. Migrants abroad, and regions without a survey, have no row.
SELECT
    s.indicator, s.region_code, s.segment, s.denominator_id,
    greatest(s.actual_value, CASE s.indicator
        WHEN 'protected_persons' THEN CAST(c.denominator_persons AS DOUBLE)
        ELSE 100 * CAST(c.denominator_persons AS DOUBLE) / nullif(CAST(s.denominator_persons AS DOUBLE), 0)
    END) AS highest_value
FROM target_progress_series AS s
LEFT JOIN segments AS g ON g.code = s.segment
JOIN coverage AS c
    ON c.month = $month AND c.region_code = s.region_code AND c.segment = coalesce(g.segment_class, s.segment)
WHERE
    s.month_index = $month_index AND c.geography_basis = 'home'
    AND c.geography_level IN ('nation', 'province', 'regency') AND c.programme = 'any' AND c.sex = 'all'
    AND c.age_band = 'all' AND c.denominator_id = 'potential' AND c.denominator_persons > 0
