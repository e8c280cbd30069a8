-- flows_changes: changes by province and segment at both ends of the month, numbered. A working table.
-- Grain: kind x province x segment, before and now, x is_restated.
-- Unit: persons.
-- Source: transitions.
WITH by_province AS (
    SELECT
        kind, substr(region_before, 1, 2) AS province_before, segment_before,
        substr(region_now, 1, 2) AS province_now, segment_now, is_restated,
        CAST(sum(persons) AS BIGINT) AS persons
    FROM transitions
    GROUP BY
        kind, substr(region_before, 1, 2), segment_before, substr(region_now, 1, 2), segment_now, is_restated
)
SELECT
    row_number() OVER (
        ORDER BY
            kind NULLS LAST, province_before NULLS LAST, segment_before NULLS LAST, province_now NULLS LAST,
            segment_now NULLS LAST, is_restated NULLS LAST
    ) AS change,
    kind, province_before, segment_before, province_now, segment_now, is_restated, persons
FROM by_province
