-- scorecard_provinces: employers and members of each province. A working table.
-- Grain: province.
-- Unit: persons, employers; empty where the table is not available.
-- Source: coverage_enterprise, activity (available rows).
WITH listed AS (
    SELECT province_code, employers, enrolled_employers, CAST(NULL AS BIGINT) AS member_persons
    FROM coverage_enterprise
    WHERE availability = 'available' AND size_class = 'all' AND size_basis = 'all' AND sector = 'all'
    UNION ALL
    SELECT province_code, NULL, NULL, member_persons
    FROM activity
    WHERE availability = 'available' AND segment = 'all' AND payer = 'all' AND channel = 'all'
),
delivered AS (
    SELECT max(CASE WHEN employers IS NOT NULL THEN 0 END) AS no_employers,
        max(CASE WHEN member_persons IS NOT NULL THEN 0 END) AS no_members
    FROM listed
),
summed AS (
    SELECT province_code, max(employers) AS employers, max(enrolled_employers) AS enrolled_employers,
        max(member_persons) AS member_persons
    FROM listed
    GROUP BY province_code
)
SELECT
    residents.region_code, coalesce(summed.employers, delivered.no_employers) AS employers,
    coalesce(summed.enrolled_employers, delivered.no_employers) AS enrolled_employers,
    coalesce(summed.member_persons, delivered.no_members) AS member_persons
FROM scorecard_residents AS residents
CROSS JOIN delivered
LEFT JOIN summed ON summed.province_code = residents.region_code
WHERE residents.region_level = 'province'
