-- outreach_regions: the province and the nation of each regency. A working table.
-- Grain: regency x province or nation.
-- Unit: none.
-- Source: geography.
SELECT member_code, region_code AS province_code
FROM geography
WHERE geography_level IN ('nation', 'province')
