-- flows_cells: the rows of flows in which a change is counted, and at which end of the month. A working table.
-- Grain: change x province or nation x group of segments.
-- Unit: 0 or 1: was, at the end of the month before; is_now, at the end of the month.
-- Source: flows_changes, flows_segment_groups.
WITH ends AS (
    SELECT change, province_before AS province_code, segment_before AS segment, 1 AS was, 0 AS is_now
    FROM flows_changes
    WHERE segment_before IS NOT NULL
    UNION ALL
    SELECT change, province_now, segment_now, 0, 1
    FROM flows_changes
    WHERE segment_now IS NOT NULL
),
by_province AS (
    SELECT change, province_code, segment, was, is_now FROM ends
    UNION ALL
    SELECT change, 'ID', segment, was, is_now FROM ends
)
SELECT by_province.change, by_province.province_code, groups.segment_group, max(by_province.was) AS was,
    max(by_province.is_now) AS is_now
FROM by_province
JOIN flows_segment_groups AS groups ON groups.segment = by_province.segment
GROUP BY by_province.change, by_province.province_code, groups.segment_group
