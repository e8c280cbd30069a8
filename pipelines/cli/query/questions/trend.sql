-- en: How did coverage change from month to month?
-- id: Bagaimana perubahan cakupan dari bulan ke bulan?
SELECT month, segment, protected_persons, coverage_ratio, gap_persons
FROM coverage_headline
WHERE region_code = $province AND segment IN ('all', 'formal', 'informal')
ORDER BY segment, month
