-- flows_counts: opening number, flows and closing number of each row of flows. A working table.
-- Grain: province or nation x group of segments.
-- Unit: persons.
-- Source: flows_cells, flows_changes, flows_segment_groups.
-- A person in a row at both ends is in no flow of that row. A person protected at both ends, and in the row at one of them, changed
-- segment if the segment of the other end is outside the group; otherwise moved, or only the residence was restated.
WITH classified AS (
    SELECT
        cells.province_code, cells.segment_group AS segment, cells.was * changes.persons AS opening,
        cells.is_now * changes.persons AS closing,
        CASE
            WHEN cells.was = cells.is_now THEN 'none'
            WHEN changes.kind <> 'stayed' THEN changes.kind
            WHEN groups.segment IS NULL THEN 'changed_segment'
            WHEN changes.is_restated THEN 'restated'
            ELSE 'moved'
        END AS flow
    FROM flows_cells AS cells
    JOIN flows_changes AS changes ON changes.change = cells.change
    LEFT JOIN flows_segment_groups AS groups
        ON groups.segment_group = cells.segment_group
        AND groups.segment = CASE WHEN cells.was = 1 THEN changes.segment_now ELSE changes.segment_before END
)
SELECT
    province_code, segment,
    CAST(sum(opening) AS BIGINT) AS opening_persons,
    CAST(sum(CASE WHEN flow = 'entered' THEN closing ELSE 0 END) AS BIGINT) AS entered_persons,
    CAST(sum(CASE WHEN flow = 're_entered' THEN closing ELSE 0 END) AS BIGINT) AS re_entered_persons,
    CAST(sum(CASE WHEN flow = 'changed_segment' THEN closing ELSE 0 END) AS BIGINT) AS changed_segment_in_persons,
    CAST(sum(CASE WHEN flow = 'moved' THEN closing ELSE 0 END) AS BIGINT) AS moved_in_persons,
    CAST(sum(CASE WHEN flow = 'restated' THEN closing ELSE 0 END) AS BIGINT) AS restated_in_persons,
    CAST(sum(CASE WHEN flow = 'became_unpaid' THEN opening ELSE 0 END) AS BIGINT) AS became_unpaid_persons,
    CAST(sum(CASE WHEN flow = 'left_ended' THEN opening ELSE 0 END) AS BIGINT) AS left_ended_persons,
    CAST(sum(CASE WHEN flow = 'left_absent' THEN opening ELSE 0 END) AS BIGINT) AS left_absent_persons,
    CAST(sum(CASE WHEN flow = 'changed_segment' THEN opening ELSE 0 END) AS BIGINT) AS changed_segment_out_persons,
    CAST(sum(CASE WHEN flow = 'moved' THEN opening ELSE 0 END) AS BIGINT) AS moved_out_persons,
    CAST(sum(CASE WHEN flow = 'restated' THEN opening ELSE 0 END) AS BIGINT) AS restated_out_persons,
    CAST(sum(closing) AS BIGINT) AS closing_persons
FROM classified
GROUP BY province_code, segment
