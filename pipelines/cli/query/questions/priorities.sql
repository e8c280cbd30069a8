-- en: Where should work start?
-- id: Dari mana sebaiknya dimulai?
SELECT priority_rank, region_name, segment, gap_persons, coverage_ratio, affordable_workers, unprotected_debtors
FROM priorities_named
WHERE month = $month AND region_level = 'province'
ORDER BY segment, priority_rank
LIMIT 20
