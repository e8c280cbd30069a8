-- outreach_compared: sums over the treated regencies beside sums over the comparison regencies of the nation.
-- Grain: month held x province or nation x segment x channel. A working table. Units: persons, IDR; whole numbers.
-- Source: outreach_units, outreach_done. Not where fewer than 10 can be compared with; no province of one treated regency.
WITH comparison AS (
    SELECT
        held_index, segment, count(*) AS units, CAST(sum(change) AS BIGINT) AS change, CAST(sum(base) AS BIGINT) AS base,
        CAST(sum(base * base) AS BIGINT) AS base_square, CAST(sum(change * change) AS BIGINT) AS change_square,
        CAST(sum(change * base) AS BIGINT) AS product
    FROM outreach_units
    WHERE role = 'comparison'
    GROUP BY held_index, segment
    HAVING count(*) >= 10
),
treated AS (
    SELECT
        u.held_index, p.province_code, u.segment, d.channel, count(*) AS units, CAST(sum(u.change) AS BIGINT) AS change,
        CAST(sum(u.base) AS BIGINT) AS base, CAST(sum(u.base * u.base) AS BIGINT) AS base_square,
        CASE WHEN count(*) = count(d.cost_idr) THEN CAST(sum(d.cost_idr) AS BIGINT) END AS cost_idr
    FROM outreach_units AS u
    JOIN outreach_done AS d
        ON d.held_index = u.held_index AND d.region_code = u.region_code AND d.segment = u.segment
    JOIN outreach_places AS p ON p.member_code = u.region_code
    WHERE u.role = 'treated' AND (u.channels = 1 OR d.channel = 'all')
    GROUP BY u.held_index, p.province_code, u.segment, d.channel
    HAVING count(*) >= 2 OR p.province_code = 'ID'
)
SELECT
    t.held_index, t.province_code, t.segment, t.channel, t.units AS treated, c.units AS comparisons, t.change, t.base,
    t.base_square, t.cost_idr, c.change AS comparison_change, c.base AS comparison_base,
    c.base_square AS comparison_base_square, c.change_square AS comparison_change_square, c.product AS comparison_product
FROM treated AS t
JOIN comparison AS c ON c.held_index = t.held_index AND c.segment = t.segment
