-- outreach_compared: sums over the treated regencies beside sums over the comparison regencies of the nation. A working table.
-- Grain: month of the activities x province or nation x segment x channel.
-- Units: persons, IDR; whole numbers.
-- Source: outreach_units, outreach_by_channel.
-- There is no row with fewer than 10 comparison regencies, and none of a province with one treated regency.
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
        units.held_index, regions.province_code, units.segment, activities.channel, count(*) AS units,
        CAST(sum(units.change) AS BIGINT) AS change,
        CAST(sum(units.base) AS BIGINT) AS base, CAST(sum(units.base * units.base) AS BIGINT) AS base_square,
        CASE WHEN count(*) = count(activities.cost_idr) THEN CAST(sum(activities.cost_idr) AS BIGINT) END AS cost_idr
    FROM outreach_units AS units
    JOIN outreach_by_channel AS activities
        ON activities.held_index = units.held_index AND activities.region_code = units.region_code
            AND activities.segment = units.segment
    JOIN outreach_regions AS regions ON regions.member_code = units.region_code
    WHERE units.role = 'treated' AND (units.channels = 1 OR activities.channel = 'all')
    GROUP BY units.held_index, regions.province_code, units.segment, activities.channel
    HAVING count(*) >= 2 OR regions.province_code = 'ID'
)
SELECT
    treated.held_index, treated.province_code, treated.segment, treated.channel, treated.units AS treated,
    comparison.units AS comparisons, treated.change, treated.base,
    treated.base_square, treated.cost_idr, comparison.change AS comparison_change, comparison.base AS comparison_base,
    comparison.base_square AS comparison_base_square, comparison.change_square AS comparison_change_square,
    comparison.product AS comparison_product
FROM treated
JOIN comparison ON comparison.held_index = treated.held_index AND comparison.segment = treated.segment
