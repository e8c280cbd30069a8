-- coverage_enterprise_employers: employers that have not closed, with their legal size, workers and compliance. A working table,
-- never released.
-- Grain: employer x division.
-- Units: persons; 0 or 1.
-- Source: employers, coverage_enterprise_workers, size_bands, size_obligations, sectors (all lists as in force).
-- The size follows from capital for employers registered since the bands of capital are in force; otherwise from the first known of
-- sales, capital, workers declared, class declared. An employer of unknown size must hold what every size must: JKK and JKM.
-- compared_workers counts protected workers only where workers are declared, so that the two can be divided.
WITH classified AS (
    SELECT
        employers.employer_id, employers.employer_division, employers.work_region, substr(employers.kbli, 1, 2) AS division,
        employers.workers_declared,
        employers.is_kur_debtor, employers.size_class AS declared_size,
        CASE
            WHEN employers.registered_on >= CAST(capital.valid_from AS DATE) THEN 'capital'
            WHEN sales.size_class IS NOT NULL THEN 'sales'
            WHEN capital.size_class IS NOT NULL THEN 'capital'
            WHEN worker.size_class IS NOT NULL THEN 'workers'
            WHEN employers.size_class IS NOT NULL THEN 'declared'
            ELSE 'none'
        END AS size_basis,
        sales.size_class AS by_sales, capital.size_class AS by_capital, worker.size_class AS by_workers
    FROM employers
    LEFT JOIN coverage_enterprise_bands AS capital
        ON capital.basis = 'capital' AND employers.capital_idr > capital.more_than
            AND (capital.up_to IS NULL OR employers.capital_idr <= capital.up_to)
    LEFT JOIN coverage_enterprise_bands AS sales
        ON sales.basis = 'sales' AND employers.annual_sales_idr > sales.more_than
            AND (sales.up_to IS NULL OR employers.annual_sales_idr <= sales.up_to)
    LEFT JOIN coverage_enterprise_bands AS worker
        ON worker.basis = 'workers' AND employers.workers_declared > worker.more_than
            AND (worker.up_to IS NULL OR employers.workers_declared <= worker.up_to)
    WHERE employers.closed_on IS NULL OR employers.closed_on > $month_end
),
sized AS (
    SELECT
        employer_id, employer_division, work_region, division, workers_declared, is_kur_debtor,
        declared_size, size_basis,
        CASE size_basis
            WHEN 'capital' THEN by_capital WHEN 'sales' THEN by_sales WHEN 'workers' THEN by_workers
            WHEN 'declared' THEN declared_size ELSE 'unknown'
        END AS size_class
    FROM classified
)
SELECT
    sized.employer_id, substr(sized.work_region, 1, 2) AS province_code, sized.size_class, sized.size_basis,
    coalesce(sectors.code, 'unknown') AS sector, sized.workers_declared,
    coalesce(workers.protected_workers, 0) AS protected_workers,
    CASE WHEN sized.workers_declared > 0 THEN coalesce(workers.protected_workers, 0) ELSE 0 END AS compared_workers,
    CASE WHEN workers.protected_workers > 0 THEN 1 ELSE 0 END AS is_enrolled,
    CASE
        WHEN workers.protected_workers > 0 AND (workers.jkk OR coalesce(obligations.jkk, '1') = '0')
            AND (workers.jkm OR coalesce(obligations.jkm, '1') = '0')
            AND (workers.jht OR coalesce(obligations.jht, '0') = '0') AND (workers.jp OR coalesce(obligations.jp, '0') = '0') THEN 1
        ELSE 0
    END AS is_compliant,
    CASE WHEN sized.is_kur_debtor THEN 1 ELSE 0 END AS is_kur,
    CASE WHEN sized.size_basis <> 'declared' AND sized.declared_size <> sized.size_class THEN 1 ELSE 0 END AS differs
FROM sized
LEFT JOIN coverage_enterprise_workers AS workers
    ON workers.employer_id = sized.employer_id AND workers.employer_division = sized.employer_division
LEFT JOIN size_obligations AS obligations
    ON obligations.size_class = sized.size_class
    AND CAST(obligations.valid_from AS DATE) <= $month_end
    AND (obligations.valid_to IS NULL OR CAST(obligations.valid_to AS DATE) > $month_end)
LEFT JOIN sectors
    ON sized.division >= sectors.division_from AND sized.division <= sectors.division_to
    AND CAST(sectors.valid_from AS DATE) <= $month_end AND (sectors.valid_to IS NULL OR CAST(sectors.valid_to AS DATE) > $month_end)
