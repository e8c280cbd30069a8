-- regional_in_force: regulations in force at the end of the month, with the workers that each budget can pay for.
-- Grain: one row a region, regulation and fund. A working table. Units: IDR, persons, months.
-- Source: regulations (the delivered list), subsidy_premiums (dated). A budget is of its year and ends with it.
-- Empty dates are those of the budget year; intervals are half-open.
WITH listed AS (
    SELECT
        r.region_code, r.regulation_kind, r.regulation_no, r.fund, r.year, r.months, r.workers_budgeted,
        CAST(floor(r.budget_idr + 0.5) AS BIGINT) AS budget_idr,
        coalesce(r.in_force_from, CAST(concat(CAST(r.year AS VARCHAR), '-01-01') AS DATE)) AS begins,
        coalesce(r.in_force_until, CAST(concat(CAST(r.year + 1 AS VARCHAR), '-01-01') AS DATE)) AS ends
    FROM regulations AS r
)
SELECT
    l.region_code, l.regulation_kind, l.regulation_no, l.fund, l.workers_budgeted, l.budget_idr,
    CAST(floor(CAST(l.budget_idr AS DOUBLE) / nullif(CAST(p.premium_idr * l.months AS DOUBLE), 0)) AS BIGINT)
        AS affordable_workers
FROM listed AS l
LEFT JOIN subsidy_premiums AS p
    ON CAST(p.valid_from AS DATE) <= $month_end AND (p.valid_to IS NULL OR CAST(p.valid_to AS DATE) > $month_end)
WHERE l.year = CAST(year($month_end) AS INTEGER) AND l.begins <= $month_end AND l.ends > $month_end
