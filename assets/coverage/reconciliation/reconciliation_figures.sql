-- reconciliation_figures: every published figure of the month beside ours. A working table.
-- Grain: published figure. Unit: persons. Source: list published_figures, reconciliation_values.
-- $persons_scale: persons that one of ours stands for; 1 for real data. Less than one of ours is
-- lost in rounding of each segment that a group adds up.
WITH placed AS (
    SELECT
        p.figure_id, p.indicator, p.segment, p.source, CAST(p.value AS DOUBLE) AS published_value,
        greatest(CAST(p.half_unit AS DOUBLE), 0.5)
            + ($persons_scale - 1) * CASE p.segment WHEN 'all' THEN 3 WHEN 'formal' THEN 2 ELSE 1 END AS tolerance,
        CASE p.region_code WHEN 'nation' THEN 'ID' ELSE p.region_code END AS region_code,
        CASE
            WHEN p.region_code = 'nation' THEN 'nation'
            WHEN p.region_scheme = 'kemendagri_2025' AND length(p.region_code) = 4 THEN 'regency'
            WHEN p.region_scheme = 'kemendagri_2025' THEN 'province'
            WHEN p.region_scheme = 'kemendagri_2020' AND length(p.region_code) = 2 THEN 'province_2020'
            ELSE 'unknown' -- a code of another scheme looks alike and means another place
        END AS region_level
    FROM published_figures AS p
    WHERE p.as_of = $month_name
)
SELECT
    p.figure_id, p.indicator, p.region_code, p.segment, p.published_value,
    CAST(v.our_value AS DOUBLE) * $persons_scale AS our_value, v.our_persons, p.tolerance, p.source
FROM placed AS p
LEFT JOIN reconciliation_values AS v
    ON v.indicator = p.indicator AND v.region_level = p.region_level AND v.region_code = p.region_code
    AND v.segment = p.segment
