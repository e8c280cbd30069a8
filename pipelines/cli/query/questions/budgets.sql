-- en: Are the budgets of the regions enough for their vulnerable workers?
-- id: Apakah anggaran daerah cukup bagi pekerja rentannya?
SELECT region_name, budget_idr, affordable_workers, paid_workers, need_persons, adequacy_ratio
FROM regional_programmes_named
WHERE month = $month AND region_level = 'province'
ORDER BY adequacy_ratio, region_code
