-- flows_changes: what changed, by province and segment at both ends, numbered. A working table.
-- Grain: kind x province x segment, before and now, x is_restated. Unit: persons. Source: transitions.
WITH placed AS (
    SELECT
        t.kind, substr(t.region_before, 1, 2) AS province_before, t.segment_before,
        substr(t.region_now, 1, 2) AS province_now, t.segment_now, t.is_restated,
        CAST(sum(t.persons) AS BIGINT) AS persons
    FROM transitions AS t
    GROUP BY
        t.kind, substr(t.region_before, 1, 2), t.segment_before, substr(t.region_now, 1, 2), t.segment_now, t.is_restated
)
SELECT
    row_number() OVER (
        ORDER BY
            p.kind NULLS LAST, p.province_before NULLS LAST, p.segment_before NULLS LAST, p.province_now NULLS LAST,
            p.segment_now NULLS LAST, p.is_restated NULLS LAST
    ) AS change,
    p.kind, p.province_before, p.segment_before, p.province_now, p.segment_now, p.is_restated, p.persons
FROM placed AS p
