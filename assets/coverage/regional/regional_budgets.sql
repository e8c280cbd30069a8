-- regional_budgets: the budgets in force of each region itself, and its regulations. A working table.
-- Grain: region.
-- Units: IDR per year, persons, regulations.
-- Source: regional_in_force.
-- Regulations of one region and fund state the same quota of workers: the largest counts, then funds are added. Where a fund states
-- no quota, the quota of the region is unknown.
WITH quotas AS (
    SELECT
        region_code, fund, max(workers_budgeted) AS workers_budgeted, CAST(sum(budget_idr) AS BIGINT) AS budget_idr,
        CASE WHEN count(*) = count(affordable_workers) THEN CAST(sum(affordable_workers) AS BIGINT) END AS affordable_workers
    FROM regional_in_force
    GROUP BY region_code, fund
),
funded AS (
    SELECT
        region_code,
        CASE WHEN count(*) = count(workers_budgeted) THEN CAST(sum(workers_budgeted) AS BIGINT) END AS workers_budgeted,
        CAST(sum(budget_idr) AS BIGINT) AS budget_idr,
        CAST(sum(CASE WHEN fund IN ('province', 'regency') THEN budget_idr ELSE 0 END) AS BIGINT) AS budget_apbd_idr,
        CAST(sum(CASE WHEN fund = 'village' THEN budget_idr ELSE 0 END) AS BIGINT) AS budget_apbdes_idr,
        CAST(sum(CASE WHEN fund = 'palm_oil' THEN budget_idr ELSE 0 END) AS BIGINT) AS budget_palm_oil_idr,
        CAST(sum(CASE WHEN fund = 'tobacco' THEN budget_idr ELSE 0 END) AS BIGINT) AS budget_tobacco_idr,
        CAST(sum(CASE WHEN fund = 'csr' THEN budget_idr ELSE 0 END) AS BIGINT) AS budget_csr_idr,
        CAST(sum(CASE WHEN fund = 'donor' THEN budget_idr ELSE 0 END) AS BIGINT) AS budget_donor_idr,
        CASE WHEN count(*) = count(affordable_workers) THEN CAST(sum(affordable_workers) AS BIGINT) END AS affordable_workers
    FROM quotas
    GROUP BY region_code
),
regulation_counts AS (
    SELECT
        region_code, count(*) AS regulations,
        max(CASE WHEN regulation_kind = 'perda' THEN 1 ELSE 0 END) AS has_perda,
        max(CASE WHEN regulation_kind = 'perkada' THEN 1 ELSE 0 END) AS has_perkada
    FROM (
        SELECT region_code, regulation_kind, regulation_no
        FROM regional_in_force
        GROUP BY region_code, regulation_kind, regulation_no -- one regulation may pay from several funds
    ) AS regulations
    GROUP BY region_code
)
SELECT
    funded.region_code, regulation_counts.regulations, regulation_counts.has_perda, regulation_counts.has_perkada,
    funded.workers_budgeted, funded.budget_idr, funded.budget_apbd_idr, funded.budget_apbdes_idr, funded.budget_palm_oil_idr,
    funded.budget_tobacco_idr, funded.budget_csr_idr, funded.budget_donor_idr, funded.affordable_workers
FROM funded
JOIN regulation_counts ON regulation_counts.region_code = funded.region_code
