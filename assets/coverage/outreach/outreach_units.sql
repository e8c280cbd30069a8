-- outreach_units: regencies that can be compared: entrants of the three months after, less those of the three months before. A
-- working table.
-- Grain: month of the activities x regency x segment.
-- Unit: persons.
-- Source: outreach_entries, outreach_by_channel, outreach_months (which months can be compared).
-- base: persons protected before the first of these months. It decides the weight of a regency, so it must not depend on the months
-- compared; below 30 a regency is left out. Treated: activities in the month, and in no other month from six before (their entrants
-- could still come in the three months before) to three after. Comparison: no activity in all these months.
WITH changes AS (
    SELECT
        months.held_index, entries.region_code, entries.segment,
        CAST(sum(CASE WHEN entries.month_index > months.held_index THEN entries.entries
            WHEN entries.month_index < months.held_index THEN -entries.entries ELSE 0 END) AS BIGINT) AS change,
        CAST(sum(CASE WHEN entries.month_index = months.held_index - 3 THEN entries.opening ELSE 0 END) AS BIGINT) AS base
    FROM outreach_months AS months
    JOIN outreach_entries AS entries ON entries.month_index BETWEEN months.held_index - 3 AND months.held_index + 3
    WHERE months.is_compared
    GROUP BY months.held_index, entries.region_code, entries.segment
),
marks AS (
    SELECT
        months.held_index, activities.region_code, activities.segment,
        max(CASE WHEN activities.held_index <> months.held_index THEN 1 ELSE 0 END) AS is_active_in_other_month,
        CAST(sum(CASE WHEN activities.channel <> 'all' THEN 1 ELSE 0 END) AS INTEGER) AS channels
    FROM outreach_months AS months
    JOIN outreach_by_channel AS activities ON activities.held_index BETWEEN months.held_index - 6 AND months.held_index + 3
    GROUP BY months.held_index, activities.region_code, activities.segment
)
SELECT
    changes.held_index, changes.region_code, changes.segment, changes.change, changes.base, marks.channels,
    CASE WHEN marks.region_code IS NULL THEN 'comparison'
        WHEN marks.is_active_in_other_month = 0 THEN 'treated' ELSE 'neither' END AS role
FROM changes
LEFT JOIN marks
    ON marks.held_index = changes.held_index AND marks.region_code = changes.region_code AND marks.segment = changes.segment
WHERE changes.base >= 30 AND changes.region_code <> '0000'
