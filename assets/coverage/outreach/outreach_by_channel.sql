-- outreach_by_channel: activities in a regency for a segment in a month, by channel and for all channels. A working table.
-- Grain: month of the activities x regency x segment x channel.
-- Units: activities, persons, IDR.
-- Source: latest_activities.
-- Reach and cost are empty where one activity does not report them: a partial sum would be too low.
SELECT
    held_index, region_code, segment, CASE WHEN GROUPING(channel) = 1 THEN 'all' ELSE channel END AS channel,
    count(*) AS activities,
    CASE WHEN count(*) = count(reach_persons) THEN CAST(sum(reach_persons) AS BIGINT) END AS reach_persons,
    CASE WHEN count(*) = count(cost_idr) THEN CAST(sum(cost_idr) AS BIGINT) END AS cost_idr
FROM latest_activities
GROUP BY GROUPING SETS ((held_index, region_code, segment, channel), (held_index, region_code, segment))
