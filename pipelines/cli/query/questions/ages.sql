-- en: How is coverage by sex and age?
-- id: Bagaimana cakupan menurut jenis kelamin dan umur?
SELECT sex_name, age_band, protected_persons, denominator_persons, coverage_ratio
FROM coverage_named
WHERE month = $month AND geography_basis = 'home' AND region_code = $province AND segment = 'all'
    AND programme = 'any' AND denominator_id = 'potential'
ORDER BY sex_name, age_band
