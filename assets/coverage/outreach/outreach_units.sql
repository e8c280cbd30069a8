-- outreach_units: regencies that can be compared: entrants of the three months after, less those of the three before.
-- Grain: month held x regency x segment. A working table. Unit: persons.
-- Source: outreach_entries, outreach_done, outreach_months (which month can be compared).
-- base: protected persons before the first of these months, so that nothing compared decides who is compared or how much
-- it weighs; below 30 a regency is left out. Treated: activities in the month and in no other from six months before, whose
-- entrants would still come in the three months before, to three after. Compared with: none in all these months.
WITH changes AS (
    SELECT
        h.held_index, e.region_code, e.segment,
        CAST(sum(CASE WHEN e.month_index > h.held_index THEN e.entries WHEN e.month_index < h.held_index THEN -e.entries
            ELSE 0 END) AS BIGINT) AS change,
        CAST(sum(CASE WHEN e.month_index = h.held_index - 3 THEN e.opening ELSE 0 END) AS BIGINT) AS base
    FROM outreach_months AS h
    JOIN outreach_entries AS e ON e.month_index BETWEEN h.held_index - 3 AND h.held_index + 3
    WHERE h.is_compared
    GROUP BY h.held_index, e.region_code, e.segment
),
marks AS (
    SELECT
        h.held_index, d.region_code, d.segment,
        max(CASE WHEN d.held_index <> h.held_index THEN 1 ELSE 0 END) AS is_elsewhere,
        CAST(sum(CASE WHEN d.channel <> 'all' THEN 1 ELSE 0 END) AS INTEGER) AS channels
    FROM outreach_months AS h
    JOIN outreach_done AS d ON d.held_index BETWEEN h.held_index - 6 AND h.held_index + 3
    GROUP BY h.held_index, d.region_code, d.segment
)
SELECT
    c.held_index, c.region_code, c.segment, c.change, c.base, m.channels,
    CASE WHEN m.region_code IS NULL THEN 'comparison' WHEN m.is_elsewhere = 0 THEN 'treated' ELSE 'neither' END AS role
FROM changes AS c
LEFT JOIN marks AS m
    ON m.held_index = c.held_index AND m.region_code = c.region_code AND m.segment = c.segment
WHERE c.base >= 30 AND c.region_code <> '0000'
