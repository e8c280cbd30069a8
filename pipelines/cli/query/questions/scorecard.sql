-- en: How does each region do beside its target, its year before and similar regions?
-- id: Bagaimana capaian setiap wilayah dibandingkan target, tahun sebelumnya, dan wilayah serupa?
SELECT coverage_rank, region_name, coverage_ratio, gap_ratio, change_ratio, change_rank, formal_ratio, informal_ratio,
    budget_idr, adequacy_ratio, enrolled_ratio
FROM regional_scorecard_named
WHERE month = $month AND ($province = 'ID' AND region_level = 'province' OR substr(region_code, 1, 2) = $province)
ORDER BY region_level, coverage_rank NULLS LAST, region_code
