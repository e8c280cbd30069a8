-- flows_cells: in which rows of flows a change is counted, and at which end. A working table.
-- Grain: change x province (or the nation) x group of segments. Source: flows_changes, flows_segment_groups.
-- was: in the row at the end of the month before; is_now: at the end of this month.
WITH ends AS (
    SELECT c.change, c.province_before AS province_code, c.segment_before AS segment, 1 AS was, 0 AS is_now
    FROM flows_changes AS c
    WHERE c.segment_before IS NOT NULL
    UNION ALL
    SELECT c.change, c.province_now, c.segment_now, 0, 1
    FROM flows_changes AS c
    WHERE c.segment_now IS NOT NULL
),
placed AS (
    SELECT e.change, e.province_code, e.segment, e.was, e.is_now FROM ends AS e
    UNION ALL
    SELECT e.change, 'ID', e.segment, e.was, e.is_now FROM ends AS e
)
SELECT p.change, p.province_code, g.segment_group, max(p.was) AS was, max(p.is_now) AS is_now
FROM placed AS p
JOIN flows_segment_groups AS g ON g.segment = p.segment
GROUP BY p.change, p.province_code, g.segment_group
