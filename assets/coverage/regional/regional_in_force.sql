-- regional_in_force: regulations in force at the end of the month, with the number of workers that each budget can pay for. A working
-- table.
-- Grain: one row per region, regulation and fund.
-- Units: IDR, persons, months.
-- Source: regulations (the delivered list), subsidy_premiums (dated).
-- A budget belongs to its year and ends with it; empty dates are those of the budget year; intervals are half-open. A budget pays
-- consecutive months, from the month it begins in, or as early as all its months fit into the year, each at the premium of that
-- month. Where a month has no premium, the number is unknown.
WITH listed AS (
    SELECT
        region_code, regulation_kind, regulation_no, fund, year, CAST(months AS INTEGER) AS months,
        workers_budgeted, CAST(floor(budget_idr + 0.5) AS BIGINT) AS budget_idr,
        coalesce(in_force_from, CAST(CAST(year AS STRING) || '-01-01' AS DATE)) AS begins,
        coalesce(in_force_until, CAST(CAST(year + 1 AS STRING) || '-01-01' AS DATE)) AS ends
    FROM regulations
),
in_force AS (
    SELECT
        region_code, regulation_kind, regulation_no, fund, months, workers_budgeted, budget_idr,
        CAST(year AS INTEGER) * 12 + least(
            CASE WHEN CAST(year(begins) AS INTEGER) = year THEN CAST(month(begins) AS INTEGER) ELSE 1 END,
            13 - months
        ) AS first_month
    FROM listed
    WHERE year = CAST(year($month_end) AS INTEGER) AND begins <= $month_end AND ends > $month_end
),
dated AS (
    SELECT
        premium_idr,
        CAST(year(CAST(valid_from AS DATE)) AS INTEGER) * 12 + CAST(month(CAST(valid_from AS DATE)) AS INTEGER)
            AS from_month,
        CASE
            WHEN valid_to IS NULL THEN 999912
            ELSE CAST(year(CAST(valid_to AS DATE)) AS INTEGER) * 12 + CAST(month(CAST(valid_to AS DATE)) AS INTEGER)
        END AS until_month
    FROM subsidy_premiums
)
SELECT
    in_force.region_code, in_force.regulation_kind, in_force.regulation_no, in_force.fund, in_force.workers_budgeted,
    in_force.budget_idr,
    CASE
        WHEN sum(
            least(dated.until_month, in_force.first_month + in_force.months) - greatest(dated.from_month, in_force.first_month)
        ) = in_force.months
            THEN CAST(floor(CAST(in_force.budget_idr AS DOUBLE) / nullif(CAST(sum(
                dated.premium_idr * (
                    least(dated.until_month, in_force.first_month + in_force.months)
                    - greatest(dated.from_month, in_force.first_month)
                )
            ) AS DOUBLE), 0)) AS BIGINT)
    END AS affordable_workers
FROM in_force
LEFT JOIN dated ON dated.from_month < in_force.first_month + in_force.months AND dated.until_month > in_force.first_month
GROUP BY
    in_force.region_code, in_force.regulation_kind, in_force.regulation_no, in_force.fund, in_force.months,
    in_force.workers_budgeted, in_force.budget_idr, in_force.first_month
