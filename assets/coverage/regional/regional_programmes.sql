-- regional_programmes: regulation, budget, the workers it can pay for, those it does pay for, and the need.
-- Grain: nation, province, regency. Units: IDR, persons; ratios as fractions. A province holds its own budgets and its
-- regencies', the nation all. Source: regional_budgets, regional_people (residents), regional_vulnerable (survey),
-- subsidy_premiums (dated). Where one region within does not tell how many, the sum is not known: no part is taken for the whole.
WITH placed AS (
    SELECT
        g.geography_level, g.region_code, count(b.region_code) AS regions_with_regulation,
        CAST(sum(b.budget_idr) AS BIGINT) AS budget_idr,
        CASE WHEN count(b.region_code) = count(b.workers_budgeted) THEN CAST(sum(b.workers_budgeted) AS BIGINT) END AS workers_budgeted,
        CASE WHEN count(b.region_code) = count(b.affordable_workers) THEN CAST(sum(b.affordable_workers) AS BIGINT) END AS affordable_workers,
        CAST(coalesce(sum(p.paid_workers), 0) AS BIGINT) AS paid_workers,
        CAST(coalesce(sum(p.protected_vulnerable), 0) AS BIGINT) AS protected_vulnerable,
        CASE WHEN count(v.region_code) = count(v.vulnerable_persons) THEN CAST(sum(v.vulnerable_persons) AS BIGINT) END AS vulnerable_persons
    FROM geography AS g
    LEFT JOIN regional_budgets AS b ON b.region_code = g.member_code
    LEFT JOIN regional_people AS p ON p.region_code = g.member_code
    LEFT JOIN regional_vulnerable AS v ON v.region_code = g.member_code
    WHERE g.geography_level IN ('nation', 'province', 'regency')
    GROUP BY g.geography_level, g.region_code
),
told AS (
    SELECT
        d.geography_level, d.region_code, coalesce(b.regulations, 0) AS regulations,
        coalesce(b.has_perda, 0) = 1 AS has_perda, coalesce(b.has_perkada, 0) = 1 AS has_perkada,
        d.regions_with_regulation, coalesce(b.budget_idr, 0) AS own_budget_idr, coalesce(d.budget_idr, 0) AS budget_idr,
        CASE WHEN d.regions_with_regulation = 0 THEN 0 ELSE d.workers_budgeted END AS workers_budgeted,
        CASE WHEN d.regions_with_regulation = 0 THEN 0 ELSE d.affordable_workers END AS affordable_workers,
        d.paid_workers, d.vulnerable_persons,
        CASE WHEN d.vulnerable_persons > d.protected_vulnerable THEN d.vulnerable_persons - d.protected_vulnerable
            WHEN d.vulnerable_persons IS NOT NULL THEN 0 END AS need_persons
    FROM placed AS d
    LEFT JOIN regional_budgets AS b ON b.region_code = d.region_code
    WHERE d.regions_with_regulation > 0 OR d.paid_workers > 0
        OR (d.geography_level <> 'regency' AND d.region_code <> '00')
)
SELECT
    $month AS month, t.geography_level AS region_level, t.region_code, $delivered_month AS delivered_month,
    t.regulations, t.has_perda, t.has_perkada, t.regions_with_regulation, t.own_budget_idr, t.budget_idr, p.premium_idr,
    t.workers_budgeted, t.affordable_workers, t.paid_workers, t.vulnerable_persons, t.need_persons,
    CAST(t.affordable_workers AS DOUBLE) / nullif(CAST(t.need_persons + t.paid_workers AS DOUBLE), 0) AS adequacy_ratio,
    CAST(t.paid_workers AS DOUBLE) / nullif(CAST(t.affordable_workers AS DOUBLE), 0) AS execution_ratio,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM told AS t
LEFT JOIN subsidy_premiums AS p
    ON CAST(p.valid_from AS DATE) <= $month_end AND (p.valid_to IS NULL OR CAST(p.valid_to AS DATE) > $month_end)
