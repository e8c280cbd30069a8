-- en: How is coverage in the regencies of a province?
-- id: Bagaimana cakupan di kabupaten dan kota suatu provinsi?
-- province: 32
SELECT region_name, segment, protected_persons, denominator_persons, coverage_ratio
FROM coverage_headline
WHERE month = $month AND geography_level = 'regency' AND substr(region_code, 1, 2) = $province
    AND segment IN ('all', 'formal', 'informal')
ORDER BY region_code, segment
