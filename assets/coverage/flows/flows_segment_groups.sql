-- flows_segment_groups: which segments each row of flows is about. A working table.
-- Grain: group x segment. Source: segments. Migrants abroad stand apart: they are in no group but their own.
SELECT s.code AS segment_group, s.code AS segment FROM segments AS s
UNION ALL
SELECT s.segment_class, s.code FROM segments AS s WHERE s.segment_class <> 'abroad'
UNION ALL
SELECT 'all', s.code FROM segments AS s WHERE s.segment_class <> 'abroad'
