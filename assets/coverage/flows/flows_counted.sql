-- flows_counted: opening, every flow and closing of each row of flows. A working table.
-- Grain: province (or the nation) x group of segments. Unit: persons.
-- Source: flows_cells, flows_changes, flows_segment_groups.
-- Whoever is in a row at both ends is no flow of it. Whoever is protected at both ends and in the row at one changed
-- segment if the segment of the other end is outside the group; otherwise moved, or only the residence was restated.
WITH told AS (
    SELECT
        c.province_code, c.segment_group AS segment, c.was * h.persons AS opening, c.is_now * h.persons AS closing,
        CASE
            WHEN c.was = c.is_now THEN 'none'
            WHEN h.kind <> 'stayed' THEN h.kind
            WHEN g.segment IS NULL THEN 'changed_segment'
            WHEN h.is_restated THEN 'restated'
            ELSE 'moved'
        END AS flow
    FROM flows_cells AS c
    JOIN flows_changes AS h ON h.change = c.change
    LEFT JOIN flows_segment_groups AS g
        ON g.segment_group = c.segment_group
        AND g.segment = CASE WHEN c.was = 1 THEN h.segment_now ELSE h.segment_before END
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
FROM told
GROUP BY province_code, segment
