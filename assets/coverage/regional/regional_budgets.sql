-- regional_budgets: the budgets in force of each region itself, and which regulations it has. A working table.
-- Grain: region. Units: IDR a year, persons, regulations. Source: regional_in_force.
-- Regulations of one region and fund name the same quota of workers: the largest counts, then funds are added. Where a fund names
-- none, the quota of the region is not known.
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
        CASE WHEN count(*) = count(affordable_workers) THEN CAST(sum(affordable_workers) AS BIGINT) END AS affordable_workers
    FROM quotas
    GROUP BY region_code
),
named AS (
    SELECT
        region_code, count(*) AS regulations,
        max(CASE WHEN regulation_kind = 'perda' THEN 1 ELSE 0 END) AS has_perda,
        max(CASE WHEN regulation_kind = 'perkada' THEN 1 ELSE 0 END) AS has_perkada
    FROM (
        SELECT region_code, regulation_kind, regulation_no
        FROM regional_in_force
        GROUP BY region_code, regulation_kind, regulation_no -- one regulation may pay from several funds
    ) AS r
    GROUP BY region_code
)
SELECT
    f.region_code, n.regulations, n.has_perda, n.has_perkada, f.workers_budgeted, f.budget_idr, f.affordable_workers
FROM funded AS f
JOIN named AS n ON n.region_code = f.region_code
