-- en: How many workers have each programme, by segment?
-- id: Berapa pekerja yang mengikuti setiap program, menurut segmen?
SELECT programme, programme_name_id, segment, protected_persons, coverage_ratio
FROM coverage_named
WHERE month = $month AND geography_basis = 'home' AND region_code = $province
    AND segment IN ('all', 'formal', 'informal') AND sex = 'all' AND age_band = 'all' AND denominator_id = 'potential'
ORDER BY segment, programme
