-- coverage_enterprise: employers by size, their workers, and whether they hold the programmes required of their size.
-- Grain: nation: size x basis, size x sector, and each alone; province: size.
-- Units: employers, persons (protected PU memberships); ratios as fractions, never capped.
-- Source: coverage_enterprise_employers, coverage_enterprise_largest.
-- An employer that declares no workers counts in neither part of worker_ratio.
WITH summed AS (
    SELECT
        CASE WHEN GROUPING(province_code) = 1 THEN 'ID' ELSE province_code END AS province_code,
        CASE WHEN GROUPING(size_class) = 1 THEN 'all' ELSE size_class END AS size_class,
        CASE WHEN GROUPING(size_basis) = 1 THEN 'all' ELSE size_basis END AS size_basis,
        CASE WHEN GROUPING(sector) = 1 THEN 'all' ELSE sector END AS sector,
        count(*) AS employers, CAST(sum(workers_declared) AS BIGINT) AS workers_declared,
        CAST(sum(protected_workers) AS BIGINT) AS protected_workers,
        CAST(sum(compared_workers) AS BIGINT) AS compared_workers,
        CAST(sum(is_enrolled) AS BIGINT) AS enrolled_employers,
        CAST(sum(is_compliant) AS BIGINT) AS compliant_employers,
        CAST(sum(is_kur) AS BIGINT) AS kur_employers, CAST(sum(differs) AS BIGINT) AS size_differs_employers
    FROM coverage_enterprise_employers
    GROUP BY GROUPING SETS (
        (size_class, size_basis), (size_basis), (size_class, sector), (sector), (size_class),
        (province_code, size_class), (province_code), ()
    )
    HAVING count(*) > 0 -- of no employer at all the empty grouping set would still give a row
)
SELECT
    $month AS month, summed.province_code, summed.size_class, summed.size_basis, summed.sector, summed.employers,
    summed.workers_declared,
    summed.protected_workers, summed.enrolled_employers, summed.compliant_employers, summed.kur_employers,
    summed.size_differs_employers,
    CAST(summed.enrolled_employers AS DOUBLE) / nullif(CAST(summed.employers AS DOUBLE), 0) AS enrolled_ratio,
    CAST(summed.compliant_employers AS DOUBLE) / nullif(CAST(summed.enrolled_employers AS DOUBLE), 0) AS compliant_ratio,
    CAST(summed.compared_workers AS DOUBLE) / nullif(CAST(summed.workers_declared AS DOUBLE), 0) AS worker_ratio,
    coalesce(largest.largest_workers, 0) AS largest_workers, coalesce(largest.second_workers, 0) AS second_workers,
    coalesce(largest.largest_workers, 0) * 100 > summed.protected_workers * 85 AS is_dominated,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM summed
LEFT JOIN coverage_enterprise_largest AS largest
    ON largest.province_code = summed.province_code AND largest.size_class = summed.size_class
        AND largest.size_basis = summed.size_basis
    AND largest.sector = summed.sector
