-- latest_activities: outreach activities in their latest delivery, by the month in which they took place. A working table.
-- Grain: one row per activity.
-- Units: persons, IDR.
-- Source: activities (deliveries up to the month).
SELECT
    activity_id, CAST(year(held_on) AS INTEGER) * 12 + CAST(month(held_on) AS INTEGER) AS held_index,
    region_code, segment, channel, reach_persons, CAST(floor(cost_idr + 0.5) AS BIGINT) AS cost_idr
FROM (
    SELECT
        activity_id, held_on, region_code, segment, channel, reach_persons, cost_idr,
        row_number() OVER (PARTITION BY activity_id ORDER BY month DESC NULLS LAST) AS row_rank
    FROM activities
) AS ranked
WHERE row_rank = 1
