-- en: Which employers follow every programme that their size requires?
-- id: Pemberi kerja mana yang mengikuti semua program yang diwajibkan bagi skala usahanya?
SELECT size_class, employers, enrolled_ratio, compliant_ratio
FROM coverage_enterprise
WHERE month = $month AND province_code = $province AND size_basis = 'all' AND sector = 'all'
ORDER BY size_class
