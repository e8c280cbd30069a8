-- en: Will the targets be reached?
-- id: Apakah target akan tercapai?
SELECT target_month, indicator, region_name, denominator_id, target_value, actual_value, needed_per_month, outlook
FROM target_progress_named
WHERE month = $month AND availability = 'available' AND region_code = $province AND segment = 'all'
ORDER BY target_month, indicator, denominator_id
