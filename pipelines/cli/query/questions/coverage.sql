-- en: How many eligible workers are protected, in all, formal and informal?
-- id: Berapa pekerja yang berpotensi menjadi peserta sudah terlindungi, seluruhnya, formal, dan informal?
SELECT segment, segment_name, protected_persons, denominator_persons, coverage_ratio, gap_persons
FROM coverage_headline
WHERE month = $month AND region_code = $province AND segment IN ('all', 'formal', 'informal')
ORDER BY segment
