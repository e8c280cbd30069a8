-- outreach_entries: persons who entered a segment in a month, and persons protected in it before. A working table.
-- Grain: month x regency of residence x segment.
-- Unit: persons.
-- Source: transitions.
SELECT
    month_index, region_code, segment, CAST(sum(entries) AS BIGINT) AS entries,
    CAST(sum(opening) AS BIGINT) AS opening
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
) AS counted
GROUP BY month_index, region_code, segment
