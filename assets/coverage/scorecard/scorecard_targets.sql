-- scorecard_targets: the next target of coverage of each region. A working table.
-- Grain: region with a target.
-- Unit: fractions of the potential.
-- Source: target_progress (coverage of the potential, all segments).
WITH ordered AS (
    SELECT
        region_code, target_month, target_value, gap_value,
        row_number() OVER (PARTITION BY region_code ORDER BY target_month NULLS LAST) AS target_rank
    FROM target_progress
    WHERE
        availability = 'available' AND indicator = 'coverage_ratio' AND segment = 'all' AND denominator_id = 'potential'
)
SELECT
    region_code, target_month, CAST(target_value AS DOUBLE) / 100 AS target_ratio, CAST(gap_value AS DOUBLE) / 100 AS gap_ratio
FROM ordered
WHERE target_rank = 1
