-- en: How many vulnerable workers are protected, by payer, and for how many did payment stop?
-- id: Berapa pekerja rentan yang terlindungi menurut pembayar, dan berapa yang iurannya berhenti dibayar?
SELECT month, payer, protected_persons, became_unpaid_persons, new_persons
FROM vulnerable_workers
WHERE province_code = $province AND vulnerable_basis = 'all' AND payer IN ('all', 'regional_government', 'village_fund')
ORDER BY payer, month
