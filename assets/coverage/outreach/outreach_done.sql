-- outreach_done: what was done in a regency for a segment in a month, on each channel and on all.
-- Grain: month held x regency x segment x channel. A working table. Units: activities, persons, IDR.
-- Source: outreach_held. Reach and cost are not known where one activity does not tell: no part is taken for the whole.
SELECT
    held_index, region_code, segment, CASE WHEN GROUPING(channel) = 1 THEN 'all' ELSE channel END AS channel,
    count(*) AS activities,
    CASE WHEN count(*) = count(reach_persons) THEN CAST(sum(reach_persons) AS BIGINT) END AS reach_persons,
    CASE WHEN count(*) = count(cost_idr) THEN CAST(sum(cost_idr) AS BIGINT) END AS cost_idr
FROM outreach_held
GROUP BY GROUPING SETS ((held_index, region_code, segment, channel), (held_index, region_code, segment))
