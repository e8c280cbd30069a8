-- outreach_places: a regency is part of its province and of the nation.
-- Grain: regency x province or nation. A working table. Source: geography.
SELECT member_code, region_code AS province_code
FROM geography
WHERE geography_level IN ('nation', 'province')
