-- flows_segment_groups: the segments of each group in flows. A working table.
-- Grain: group x segment.
-- Unit: none.
-- Source: segments.
-- Migrants abroad are in no group but their own.
SELECT code AS segment_group, code AS segment FROM segments
UNION ALL
SELECT segment_class, code FROM segments WHERE segment_class <> 'abroad'
UNION ALL
SELECT 'all', code FROM segments WHERE segment_class <> 'abroad'
