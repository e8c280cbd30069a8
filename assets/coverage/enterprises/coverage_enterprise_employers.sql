-- coverage_enterprise_employers: employers that have not closed, with their size by law, workers and compliance.
-- Grain: employer x division. A working table, never released. Units: persons, 0 or 1.
-- Source: employers, coverage_enterprise_workers, size_bands, size_obligations, sectors (all lists as in force).
-- The size: by capital for whoever registered since the bands of capital are in force, else by sales, capital, workers
-- declared, the class declared. compared_workers: protected workers where workers are declared, so that the two can be divided.
-- Whose size is unknown is held to what every size obliges: JKK and JKM.
WITH judged AS (
    SELECT
        e.employer_id, e.employer_division, e.work_region, substr(e.kbli, 1, 2) AS division, e.workers_declared,
        e.is_kur_debtor, e.size_class AS declared_size,
        CASE
            WHEN e.registered_on >= CAST(c.valid_from AS DATE) THEN 'capital'
            WHEN s.size_class IS NOT NULL THEN 'sales'
            WHEN c.size_class IS NOT NULL THEN 'capital'
            WHEN w.size_class IS NOT NULL THEN 'workers'
            WHEN e.size_class IS NOT NULL THEN 'declared'
            ELSE 'none'
        END AS size_basis,
        s.size_class AS by_sales, c.size_class AS by_capital, w.size_class AS by_workers
    FROM employers AS e
    LEFT JOIN coverage_enterprise_bands AS c
        ON c.basis = 'capital' AND e.capital_idr > c.more_than AND (c.up_to IS NULL OR e.capital_idr <= c.up_to)
    LEFT JOIN coverage_enterprise_bands AS s
        ON s.basis = 'sales' AND e.annual_sales_idr > s.more_than AND (s.up_to IS NULL OR e.annual_sales_idr <= s.up_to)
    LEFT JOIN coverage_enterprise_bands AS w
        ON w.basis = 'workers' AND e.workers_declared > w.more_than AND (w.up_to IS NULL OR e.workers_declared <= w.up_to)
    WHERE e.closed_on IS NULL OR e.closed_on > $month_end
),
sized AS (
    SELECT
        j.employer_id, j.employer_division, j.work_region, j.division, j.workers_declared, j.is_kur_debtor,
        j.declared_size, j.size_basis,
        CASE j.size_basis
            WHEN 'capital' THEN j.by_capital WHEN 'sales' THEN j.by_sales WHEN 'workers' THEN j.by_workers
            WHEN 'declared' THEN j.declared_size ELSE 'unknown'
        END AS size_class
    FROM judged AS j
)
SELECT
    s.employer_id, substr(s.work_region, 1, 2) AS province_code, s.size_class, s.size_basis,
    coalesce(k.code, 'unknown') AS sector, s.workers_declared, coalesce(w.protected_workers, 0) AS protected_workers,
    CASE WHEN s.workers_declared > 0 THEN coalesce(w.protected_workers, 0) ELSE 0 END AS compared_workers,
    CASE WHEN w.protected_workers > 0 THEN 1 ELSE 0 END AS is_enrolled,
    CASE
        WHEN w.protected_workers > 0 AND (w.jkk OR coalesce(o.jkk, '1') = '0') AND (w.jkm OR coalesce(o.jkm, '1') = '0')
            AND (w.jht OR coalesce(o.jht, '0') = '0') AND (w.jp OR coalesce(o.jp, '0') = '0') THEN 1
        ELSE 0
    END AS is_compliant,
    CASE WHEN s.is_kur_debtor THEN 1 ELSE 0 END AS is_kur,
    CASE WHEN s.size_basis <> 'declared' AND s.declared_size <> s.size_class THEN 1 ELSE 0 END AS differs
FROM sized AS s
LEFT JOIN coverage_enterprise_workers AS w
    ON w.employer_id = s.employer_id AND w.employer_division = s.employer_division
LEFT JOIN size_obligations AS o
    ON o.size_class = s.size_class
    AND CAST(o.valid_from AS DATE) <= $month_end AND (o.valid_to IS NULL OR CAST(o.valid_to AS DATE) > $month_end)
LEFT JOIN sectors AS k
    ON s.division >= k.division_from AND s.division <= k.division_to
    AND CAST(k.valid_from AS DATE) <= $month_end AND (k.valid_to IS NULL OR CAST(k.valid_to AS DATE) > $month_end)
