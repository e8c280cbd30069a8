-- en: In which provinces are most informal workers not yet protected?
-- id: Di provinsi mana paling banyak pekerja informal belum terlindungi?
SELECT region_name, protected_persons, denominator_persons, coverage_ratio, gap_persons
FROM coverage_headline
WHERE month = $month AND geography_level = 'province' AND segment = 'informal'
ORDER BY gap_persons DESC NULLS LAST, region_code
