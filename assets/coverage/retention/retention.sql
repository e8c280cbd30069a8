-- retention: of the persons who entered in a month, how many are protected a number of months later, in any segment.
-- Grain: cohort x segment at entry x payer at entry, in the month of observation.
-- Units: persons; ratio as a fraction.
-- Source: retention_cohorts, segments.
-- Migrants abroad (PMI) are in no total but their own.
WITH totals AS (
    SELECT
        cohorts.cohort_month, segment_groups.segment_group AS segment, payer_groups.payer_group AS payer,
        CAST(sum(cohorts.entrants) AS BIGINT) AS entrants, CAST(sum(cohorts.retained) AS BIGINT) AS retained
    FROM retention_cohorts AS cohorts
    JOIN (
        SELECT code AS segment, code AS segment_group FROM segments
        UNION ALL SELECT code, 'all' FROM segments WHERE segment_class <> 'abroad'
    ) AS segment_groups ON segment_groups.segment = cohorts.segment
    JOIN (
        SELECT payer, payer AS payer_group FROM retention_cohorts GROUP BY payer
        UNION ALL SELECT payer, 'all' FROM retention_cohorts GROUP BY payer
    ) AS payer_groups ON payer_groups.payer = cohorts.payer
    GROUP BY cohorts.cohort_month, segment_groups.segment_group, payer_groups.payer_group
)
SELECT
    $month AS month, cohort_month, segment, payer,
    $month_index - (CAST(year(cohort_month) AS INTEGER) * 12 + CAST(month(cohort_month) AS INTEGER))
        AS months_since_entry,
    entrants AS entrants_persons, retained AS retained_persons,
    CAST(retained AS DOUBLE) / nullif(CAST(entrants AS DOUBLE), 0) AS retained_ratio,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM totals
