-- coverage_enterprise_largest: protected workers of the largest and second largest employer of each breakdown. A working table.
-- Grain: as coverage_enterprise.
-- Unit: memberships.
-- Source: coverage_enterprise_employers.
-- The divisions of an employer count together. Of employers in a single cell only the two largest of that cell can be among the two
-- largest of a sum of cells: the others are removed before sorting.
WITH cell_workers AS (
    SELECT
        employer_id, province_code, size_class, size_basis, sector,
        CAST(sum(protected_workers) AS BIGINT) AS workers
    FROM coverage_enterprise_employers
    WHERE protected_workers > 0
    GROUP BY employer_id, province_code, size_class, size_basis, sector
),
cell_counts AS (
    SELECT
        employer_id, province_code, size_class, size_basis, sector, workers,
        count(*) OVER (PARTITION BY employer_id) AS cells
    FROM cell_workers
),
ranked_in_cell AS (
    SELECT
        employer_id, province_code, size_class, size_basis, sector, workers, cells,
        row_number() OVER (
            PARTITION BY province_code, size_class, size_basis, sector, cells = 1
            ORDER BY workers DESC NULLS LAST, employer_id NULLS LAST
        ) AS row_rank
    FROM cell_counts
),
summed AS (
    SELECT
        employer_id, CASE WHEN GROUPING(province_code) = 1 THEN 'ID' ELSE province_code END AS province_code,
        CASE WHEN GROUPING(size_class) = 1 THEN 'all' ELSE size_class END AS size_class,
        CASE WHEN GROUPING(size_basis) = 1 THEN 'all' ELSE size_basis END AS size_basis,
        CASE WHEN GROUPING(sector) = 1 THEN 'all' ELSE sector END AS sector, CAST(sum(workers) AS BIGINT) AS workers
    FROM ranked_in_cell
    WHERE cells > 1 OR row_rank <= 2
    GROUP BY GROUPING SETS (
        (employer_id, size_class, size_basis), (employer_id, size_basis), (employer_id, size_class, sector),
        (employer_id, sector), (employer_id, size_class), (employer_id, province_code, size_class),
        (employer_id, province_code), (employer_id)
    )
),
ranked AS (
    SELECT
        province_code, size_class, size_basis, sector, workers,
        row_number() OVER (
            PARTITION BY province_code, size_class, size_basis, sector
            ORDER BY workers DESC NULLS LAST, employer_id NULLS LAST
        ) AS row_rank
    FROM summed
)
SELECT
    province_code, size_class, size_basis, sector, max(CASE WHEN row_rank = 1 THEN workers END) AS largest_workers,
    max(CASE WHEN row_rank = 2 THEN workers END) AS second_workers
FROM ranked
WHERE row_rank <= 2
GROUP BY province_code, size_class, size_basis, sector
