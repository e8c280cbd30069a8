-- retention: of those who entered in a month, how many are protected so many months later, in any segment.
-- Grain: cohort x segment at entry x payer at entry, in the month of observation. Units: persons; ratio as a fraction.
-- Source: retention_cohorts, segments. Migrants abroad (PMI) are in no total but their own.
WITH totals AS (
    SELECT
        c.cohort_month, s.segment_group AS segment, y.payer_group AS payer,
        CAST(sum(c.entrants) AS BIGINT) AS entrants, CAST(sum(c.retained) AS BIGINT) AS retained
    FROM retention_cohorts AS c
    JOIN (
        SELECT code AS segment, code AS segment_group FROM segments
        UNION ALL SELECT code, 'all' FROM segments WHERE segment_class <> 'abroad'
    ) AS s ON s.segment = c.segment
    JOIN (
        SELECT payer, payer AS payer_group FROM retention_cohorts GROUP BY payer
        UNION ALL SELECT payer, 'all' FROM retention_cohorts GROUP BY payer
    ) AS y ON y.payer = c.payer
    GROUP BY c.cohort_month, s.segment_group, y.payer_group
)
SELECT
    $month AS month, t.cohort_month, t.segment, t.payer,
    $month_index - (CAST(year(t.cohort_month) AS INTEGER) * 12 + CAST(month(t.cohort_month) AS INTEGER))
        AS months_since_entry,
    t.entrants AS entrants_persons, t.retained AS retained_persons,
    CAST(t.retained AS DOUBLE) / nullif(CAST(t.entrants AS DOUBLE), 0) AS retained_ratio,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM totals AS t
