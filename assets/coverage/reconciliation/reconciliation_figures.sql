-- reconciliation_figures: every published figure of the month beside ours. A working table.
-- Grain: published figure.
-- Unit: persons.
-- Source: published_figures, reconciliation_values.
-- $persons_scale: real persons per person of the month; 1 for real data. Each segment of a group loses less than one of our persons
-- to rounding.
WITH figures AS (
    SELECT
        figure_id, indicator, segment, source, CAST(value AS DOUBLE) AS published_value,
        greatest(CAST(half_unit AS DOUBLE), 0.5)
            + ($persons_scale - 1) * CASE segment WHEN 'all' THEN 3 WHEN 'formal' THEN 2 ELSE 1 END AS tolerance,
        CASE region_code WHEN 'nation' THEN 'ID' ELSE region_code END AS region_code,
        CASE
            WHEN region_code = 'nation' THEN 'nation'
            WHEN region_scheme = 'kemendagri_2025' AND length(region_code) = 4 THEN 'regency'
            WHEN region_scheme = 'kemendagri_2025' THEN 'province'
            WHEN region_scheme = 'kemendagri_2020' AND length(region_code) = 2 THEN 'province_2020'
            ELSE 'unknown' -- an equal code of another scheme may be another region
        END AS region_level
    FROM published_figures
    WHERE as_of = $month_name
)
SELECT
    figures.figure_id, figures.indicator, figures.region_code, figures.segment, figures.published_value,
    CAST(ours.our_value AS DOUBLE) * $persons_scale AS our_value, ours.our_persons, figures.tolerance, figures.source
FROM figures
LEFT JOIN reconciliation_values AS ours
    ON ours.indicator = figures.indicator AND ours.region_level = figures.region_level AND ours.region_code = figures.region_code
    AND ours.segment = figures.segment
