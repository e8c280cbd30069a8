-- priority_resources: means to close a gap in a region: budgets, debtors, outreach, employers. A working table.
-- Grain: region level x region x segment (formal, informal).
-- Units: IDR, persons, activities, employers; empty where not reported.
-- Source: regional_programmes, kur_linkage, coverage_enterprise (available rows), latest_activities (of the last $outreach_months
-- months).
-- Budgets and debtors belong to the informal segment, employers to the formal one.
WITH recent AS (
    SELECT activities.region_code, segments.segment_class AS segment
    FROM latest_activities AS activities
    JOIN segments ON segments.code = activities.segment
    WHERE activities.held_index > $month_index - $outreach_months AND activities.held_index <= $month_index
),
listed AS (
    SELECT
        region_level, region_code, 'informal' AS segment, budget_idr, affordable_workers, 0 AS activities,
        CAST(NULL AS BIGINT) AS debtors, CAST(NULL AS BIGINT) AS protected_debtors,
        CAST(NULL AS BIGINT) AS employers, CAST(NULL AS BIGINT) AS enrolled_employers
    FROM regional_programmes
    WHERE availability = 'available'
    UNION ALL
    SELECT 'province', province_code, 'informal', NULL, NULL, 0, debtors, protected_debtors, NULL, NULL
    FROM kur_linkage
    WHERE availability = 'available' AND scheme = 'all'
    UNION ALL
    SELECT 'province', province_code, 'formal', NULL, NULL, 0, NULL, NULL, employers, enrolled_employers
    FROM coverage_enterprise
    WHERE availability = 'available' AND size_class = 'all' AND size_basis = 'all' AND sector = 'all'
    UNION ALL
    SELECT 'regency', region_code, segment, NULL, NULL, 1, NULL, NULL, NULL, NULL FROM recent
    UNION ALL
    SELECT 'province', substr(region_code, 1, 2), segment, NULL, NULL, 1, NULL, NULL, NULL, NULL FROM recent
)
SELECT
    region_level, region_code, segment, CAST(sum(budget_idr) AS BIGINT) AS budget_idr,
    CAST(sum(affordable_workers) AS BIGINT) AS affordable_workers, CAST(sum(activities) AS BIGINT) AS activities,
    CAST(sum(debtors) AS BIGINT) AS debtors, CAST(sum(protected_debtors) AS BIGINT) AS protected_debtors,
    CAST(sum(employers) AS BIGINT) AS employers, CAST(sum(enrolled_employers) AS BIGINT) AS enrolled_employers
FROM listed
GROUP BY region_level, region_code, segment
