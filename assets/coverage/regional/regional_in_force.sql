-- regional_in_force: regulations in force at the end of the month, with the workers that each budget can pay for.
-- Grain: one row a region, regulation and fund. A working table. Units: IDR, persons, months.
-- Source: regulations (the delivered list), subsidy_premiums (dated). A budget is of its year and ends with it.
-- Empty dates are those of the budget year; intervals are half-open. A budget pays for its months one after the other, from
-- the month it begins in or as early as they all are in the year, each at the premium of that month; not known where a month has
-- no premium.
WITH listed AS (
    SELECT
        r.region_code, r.regulation_kind, r.regulation_no, r.fund, r.year, CAST(r.months AS INTEGER) AS months,
        r.workers_budgeted, CAST(floor(r.budget_idr + 0.5) AS BIGINT) AS budget_idr,
        coalesce(r.in_force_from, CAST(CAST(r.year AS STRING) || '-01-01' AS DATE)) AS begins,
        coalesce(r.in_force_until, CAST(CAST(r.year + 1 AS STRING) || '-01-01' AS DATE)) AS ends
    FROM regulations AS r
),
placed AS (
    SELECT
        l.region_code, l.regulation_kind, l.regulation_no, l.fund, l.months, l.workers_budgeted, l.budget_idr,
        CAST(l.year AS INTEGER) * 12 + least(
            CASE WHEN CAST(year(l.begins) AS INTEGER) = l.year THEN CAST(month(l.begins) AS INTEGER) ELSE 1 END,
            13 - l.months
        ) AS first_month
    FROM listed AS l
    WHERE l.year = CAST(year($month_end) AS INTEGER) AND l.begins <= $month_end AND l.ends > $month_end
),
dated AS (
    SELECT
        p.premium_idr,
        CAST(year(CAST(p.valid_from AS DATE)) AS INTEGER) * 12 + CAST(month(CAST(p.valid_from AS DATE)) AS INTEGER)
            AS from_month,
        CASE
            WHEN p.valid_to IS NULL THEN 999912
            ELSE CAST(year(CAST(p.valid_to AS DATE)) AS INTEGER) * 12 + CAST(month(CAST(p.valid_to AS DATE)) AS INTEGER)
        END AS until_month
    FROM subsidy_premiums AS p
)
SELECT
    l.region_code, l.regulation_kind, l.regulation_no, l.fund, l.workers_budgeted, l.budget_idr,
    CASE
        WHEN sum(least(d.until_month, l.first_month + l.months) - greatest(d.from_month, l.first_month)) = l.months
            THEN CAST(floor(CAST(l.budget_idr AS DOUBLE) / nullif(CAST(sum(
                d.premium_idr * (least(d.until_month, l.first_month + l.months) - greatest(d.from_month, l.first_month))
            ) AS DOUBLE), 0)) AS BIGINT)
    END AS affordable_workers
FROM placed AS l
LEFT JOIN dated AS d ON d.from_month < l.first_month + l.months AND d.until_month > l.first_month
GROUP BY
    l.region_code, l.regulation_kind, l.regulation_no, l.fund, l.months, l.workers_budgeted, l.budget_idr, l.first_month
