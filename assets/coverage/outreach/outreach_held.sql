-- outreach_held: activities as delivered last, by the month they were held in.
-- Grain: one row an activity. A working table. Units: persons, IDR. Source: activities (deliveries up to the month).
SELECT
    a.activity_id, CAST(year(a.held_on) AS INTEGER) * 12 + CAST(month(a.held_on) AS INTEGER) AS held_index,
    a.region_code, a.segment, a.channel, a.reach_persons, CAST(floor(a.cost_idr + 0.5) AS BIGINT) AS cost_idr
FROM (
    SELECT
        d.activity_id, d.held_on, d.region_code, d.segment, d.channel, d.reach_persons, d.cost_idr,
        row_number() OVER (PARTITION BY d.activity_id ORDER BY d.month DESC NULLS LAST) AS place
    FROM activities AS d
) AS a
WHERE a.place = 1
