-- coverage_enterprise: employers by size, their workers, and whether they hold what their size obliges.
-- Grain: nation: size x basis, size x sector, and each alone; province: size. Units: employers, persons (protected PU
-- memberships); ratios as fractions, never capped. An employer that declares no workers is in neither part of worker_ratio. Source: coverage_enterprise_employers, coverage_enterprise_largest.
WITH summed AS (
    SELECT
        CASE WHEN GROUPING(e.province_code) = 1 THEN 'ID' ELSE e.province_code END AS province_code,
        CASE WHEN GROUPING(e.size_class) = 1 THEN 'all' ELSE e.size_class END AS size_class,
        CASE WHEN GROUPING(e.size_basis) = 1 THEN 'all' ELSE e.size_basis END AS size_basis,
        CASE WHEN GROUPING(e.sector) = 1 THEN 'all' ELSE e.sector END AS sector,
        count(*) AS employers, CAST(sum(e.workers_declared) AS BIGINT) AS workers_declared,
        CAST(sum(e.protected_workers) AS BIGINT) AS protected_workers,
        CAST(sum(e.compared_workers) AS BIGINT) AS compared_workers,
        CAST(sum(e.is_enrolled) AS BIGINT) AS enrolled_employers,
        CAST(sum(e.is_compliant) AS BIGINT) AS compliant_employers,
        CAST(sum(e.is_kur) AS BIGINT) AS kur_employers, CAST(sum(e.differs) AS BIGINT) AS size_differs_employers
    FROM coverage_enterprise_employers AS e
    GROUP BY GROUPING SETS (
        (e.size_class, e.size_basis), (e.size_basis), (e.size_class, e.sector), (e.sector), (e.size_class),
        (e.province_code, e.size_class), (e.province_code), ()
    )
    HAVING count(*) > 0 -- of no employer at all the empty grouping set would still give a row
)
SELECT
    $month AS month, s.province_code, s.size_class, s.size_basis, s.sector, s.employers, s.workers_declared,
    s.protected_workers, s.enrolled_employers, s.compliant_employers, s.kur_employers, s.size_differs_employers,
    CAST(s.enrolled_employers AS DOUBLE) / nullif(CAST(s.employers AS DOUBLE), 0) AS enrolled_ratio,
    CAST(s.compliant_employers AS DOUBLE) / nullif(CAST(s.enrolled_employers AS DOUBLE), 0) AS compliant_ratio,
    CAST(s.compared_workers AS DOUBLE) / nullif(CAST(s.workers_declared AS DOUBLE), 0) AS worker_ratio,
    coalesce(l.largest_workers, 0) AS largest_workers, coalesce(l.second_workers, 0) AS second_workers,
    coalesce(l.largest_workers, 0) * 100 > s.protected_workers * 85 AS is_dominated,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM summed AS s
LEFT JOIN coverage_enterprise_largest AS l
    ON l.province_code = s.province_code AND l.size_class = s.size_class AND l.size_basis = s.size_basis
    AND l.sector = s.sector
