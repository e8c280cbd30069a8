-- activity: members of any status, who of them is protected, and how long the others are dormant.
-- Grain: province of residence or nation x group of segments; payers and channels for the nation only, one of the two at a time.
-- Units: persons; ratio as a fraction.
-- Source: activity_cells, segments.
-- Migrants abroad (PMI) are in no group but their own. $is_compared: the month before is known.
WITH by_group AS (
    SELECT
        cells.province_code, groups.segment_group AS segment, cells.payer, cells.channel, cells.status, cells.dormancy,
        cells.persons, cells.re_entered
    FROM activity_cells AS cells
    JOIN (
        SELECT code AS segment, code AS segment_group FROM segments
        UNION ALL SELECT code, segment_class FROM segments WHERE segment_class <> 'abroad'
        UNION ALL SELECT code, 'all' FROM segments WHERE segment_class <> 'abroad'
    ) AS groups ON groups.segment = cells.segment
),
summed AS (
    SELECT
        CASE WHEN GROUPING(province_code) = 1 THEN 'ID' ELSE province_code END AS province_code, segment,
        CASE WHEN GROUPING(payer) = 1 THEN 'all' ELSE payer END AS payer,
        CASE WHEN GROUPING(channel) = 1 THEN 'all' ELSE channel END AS channel,
        CAST(sum(persons) AS BIGINT) AS member_persons,
        CAST(sum(CASE WHEN dormancy = 0 THEN persons ELSE 0 END) AS BIGINT) AS protected_persons,
        CAST(sum(CASE WHEN status = 'grace' THEN persons ELSE 0 END) AS BIGINT) AS grace_persons,
        CAST(sum(CASE WHEN dormancy = 1 THEN persons ELSE 0 END) AS BIGINT) AS dormant_1_3_persons,
        CAST(sum(CASE WHEN dormancy = 2 THEN persons ELSE 0 END) AS BIGINT) AS dormant_4_6_persons,
        CAST(sum(CASE WHEN dormancy = 3 THEN persons ELSE 0 END) AS BIGINT) AS dormant_7_12_persons,
        CAST(sum(CASE WHEN dormancy = 4 THEN persons ELSE 0 END) AS BIGINT) AS dormant_13_24_persons,
        CAST(sum(CASE WHEN dormancy = 5 THEN persons ELSE 0 END) AS BIGINT) AS dormant_25_persons,
        CAST(sum(re_entered) AS BIGINT) AS re_entered_persons
    FROM by_group
    GROUP BY GROUPING SETS ((province_code, segment), (segment), (segment, payer), (segment, channel))
)
SELECT
    $month AS month, province_code, segment, payer, channel, member_persons, protected_persons,
    member_persons - protected_persons AS dormant_persons, grace_persons,
    dormant_1_3_persons, dormant_4_6_persons, dormant_7_12_persons, dormant_13_24_persons, dormant_25_persons,
    CASE WHEN $is_compared THEN re_entered_persons END AS re_entered_persons,
    CAST(protected_persons AS DOUBLE) / nullif(CAST(member_persons AS DOUBLE), 0) AS active_ratio,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM summed
