-- regional_programmes: regulations, budgets, workers that the budgets can pay for, workers paid, and the need.
-- Grain: nation, province, regency.
-- Units: IDR, persons; ratios as fractions.
-- Source: regional_budgets, regional_beneficiaries (residents), regional_vulnerable (survey), subsidy_premiums (dated).
-- A province includes the budgets of its regencies, the nation all. Where one region does not report a number, the sum is unknown.
WITH by_region AS (
    SELECT
        geography.geography_level, geography.region_code, count(budgets.region_code) AS regions_with_regulation,
        CAST(sum(budgets.budget_idr) AS BIGINT) AS budget_idr,
        CAST(coalesce(sum(budgets.budget_apbd_idr), 0) AS BIGINT) AS budget_apbd_idr,
        CAST(coalesce(sum(budgets.budget_apbdes_idr), 0) AS BIGINT) AS budget_apbdes_idr,
        CAST(coalesce(sum(budgets.budget_palm_oil_idr), 0) AS BIGINT) AS budget_palm_oil_idr,
        CAST(coalesce(sum(budgets.budget_tobacco_idr), 0) AS BIGINT) AS budget_tobacco_idr,
        CAST(coalesce(sum(budgets.budget_csr_idr), 0) AS BIGINT) AS budget_csr_idr,
        CAST(coalesce(sum(budgets.budget_donor_idr), 0) AS BIGINT) AS budget_donor_idr,
        CASE WHEN count(budgets.region_code) = count(budgets.workers_budgeted)
            THEN CAST(sum(budgets.workers_budgeted) AS BIGINT) END AS workers_budgeted,
        CASE WHEN count(budgets.region_code) = count(budgets.affordable_workers)
            THEN CAST(sum(budgets.affordable_workers) AS BIGINT) END AS affordable_workers,
        CAST(coalesce(sum(beneficiaries.paid_workers), 0) AS BIGINT) AS paid_workers,
        CAST(coalesce(sum(beneficiaries.protected_vulnerable), 0) AS BIGINT) AS protected_vulnerable,
        CASE WHEN count(vulnerable.region_code) = count(vulnerable.vulnerable_persons)
            THEN CAST(sum(vulnerable.vulnerable_persons) AS BIGINT) END AS vulnerable_persons
    FROM geography
    LEFT JOIN regional_budgets AS budgets ON budgets.region_code = geography.member_code
    LEFT JOIN regional_beneficiaries AS beneficiaries ON beneficiaries.region_code = geography.member_code
    LEFT JOIN regional_vulnerable AS vulnerable ON vulnerable.region_code = geography.member_code
    WHERE geography.geography_level IN ('nation', 'province', 'regency')
    GROUP BY geography.geography_level, geography.region_code
),
combined AS (
    SELECT
        by_region.geography_level, by_region.region_code, coalesce(budgets.regulations, 0) AS regulations,
        coalesce(budgets.has_perda, 0) = 1 AS has_perda, coalesce(budgets.has_perkada, 0) = 1 AS has_perkada,
        by_region.regions_with_regulation, coalesce(budgets.budget_idr, 0) AS own_budget_idr,
        coalesce(by_region.budget_idr, 0) AS budget_idr, by_region.budget_apbd_idr, by_region.budget_apbdes_idr, by_region.budget_palm_oil_idr,
        by_region.budget_tobacco_idr, by_region.budget_csr_idr, by_region.budget_donor_idr,
        CASE WHEN by_region.regions_with_regulation = 0 THEN 0 ELSE by_region.workers_budgeted END AS workers_budgeted,
        CASE WHEN by_region.regions_with_regulation = 0 THEN 0 ELSE by_region.affordable_workers END AS affordable_workers,
        by_region.paid_workers, by_region.vulnerable_persons,
        CASE WHEN by_region.vulnerable_persons > by_region.protected_vulnerable
                THEN by_region.vulnerable_persons - by_region.protected_vulnerable
            WHEN by_region.vulnerable_persons IS NOT NULL THEN 0 END AS need_persons
    FROM by_region
    LEFT JOIN regional_budgets AS budgets ON budgets.region_code = by_region.region_code
    WHERE by_region.regions_with_regulation > 0 OR by_region.paid_workers > 0
        OR (by_region.geography_level <> 'regency' AND by_region.region_code <> '00')
)
SELECT
    $month AS month, combined.geography_level AS region_level, combined.region_code, $delivered_month AS delivered_month,
    combined.regulations, combined.has_perda, combined.has_perkada, combined.regions_with_regulation, combined.own_budget_idr,
    combined.budget_idr, combined.budget_apbd_idr, combined.budget_apbdes_idr, combined.budget_palm_oil_idr,
    combined.budget_tobacco_idr, combined.budget_csr_idr, combined.budget_donor_idr, premiums.premium_idr,
    combined.workers_budgeted, combined.affordable_workers, combined.paid_workers, combined.vulnerable_persons,
    combined.need_persons,
    CAST(combined.affordable_workers AS DOUBLE)
        / nullif(CAST(combined.need_persons + combined.paid_workers AS DOUBLE), 0) AS adequacy_ratio,
    CAST(combined.paid_workers AS DOUBLE) / nullif(CAST(combined.affordable_workers AS DOUBLE), 0) AS execution_ratio,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM combined
LEFT JOIN subsidy_premiums AS premiums
    ON CAST(premiums.valid_from AS DATE) <= $month_end
        AND (premiums.valid_to IS NULL OR CAST(premiums.valid_to AS DATE) > $month_end)
