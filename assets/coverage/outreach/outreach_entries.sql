-- outreach_entries: who entered a segment in a month, and who was protected in it before.
-- Grain: month x regency of residence x segment. A working table. Unit: persons. Source: transitions.
SELECT
    t.month_index, t.region_code, t.segment, CAST(sum(t.entries) AS BIGINT) AS entries,
    CAST(sum(t.opening) AS BIGINT) AS opening
FROM (
    SELECT
        CAST(year(month) AS INTEGER) * 12 + CAST(month(month) AS INTEGER) AS month_index, region_now AS region_code,
        segment_now AS segment, persons AS entries, 0 AS opening
    FROM transitions
    WHERE kind IN ('entered', 're_entered')
    UNION ALL
    SELECT
        CAST(year(month) AS INTEGER) * 12 + CAST(month(month) AS INTEGER), region_before, segment_before, 0, persons
    FROM transitions
    WHERE segment_before IS NOT NULL
) AS t
GROUP BY t.month_index, t.region_code, t.segment
