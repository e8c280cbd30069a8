-- coverage_enterprise_largest: protected workers of the largest and second largest employer of each breakdown.
-- Grain: as coverage_enterprise. A working table. Unit: memberships. Source: coverage_enterprise_employers.
-- Divisions of an employer count together, wherever they are in the breakdown. Of employers in one cell only the two largest
-- of the cell can be among the two largest of a sum of cells: the others are left out before anything is sorted.
WITH in_cell AS (
    SELECT
        e.employer_id, e.province_code, e.size_class, e.size_basis, e.sector,
        CAST(sum(e.protected_workers) AS BIGINT) AS workers
    FROM coverage_enterprise_employers AS e
    WHERE e.protected_workers > 0
    GROUP BY e.employer_id, e.province_code, e.size_class, e.size_basis, e.sector
),
spread AS (
    SELECT
        c.employer_id, c.province_code, c.size_class, c.size_basis, c.sector, c.workers,
        count(*) OVER (PARTITION BY c.employer_id) AS cells
    FROM in_cell AS c
),
placed AS (
    SELECT
        s.employer_id, s.province_code, s.size_class, s.size_basis, s.sector, s.workers, s.cells,
        row_number() OVER (
            PARTITION BY s.province_code, s.size_class, s.size_basis, s.sector, s.cells = 1
            ORDER BY s.workers DESC NULLS LAST, s.employer_id NULLS LAST
        ) AS place
    FROM spread AS s
),
summed AS (
    SELECT
        p.employer_id, CASE WHEN GROUPING(p.province_code) = 1 THEN 'ID' ELSE p.province_code END AS province_code,
        CASE WHEN GROUPING(p.size_class) = 1 THEN 'all' ELSE p.size_class END AS size_class,
        CASE WHEN GROUPING(p.size_basis) = 1 THEN 'all' ELSE p.size_basis END AS size_basis,
        CASE WHEN GROUPING(p.sector) = 1 THEN 'all' ELSE p.sector END AS sector, CAST(sum(p.workers) AS BIGINT) AS workers
    FROM placed AS p
    WHERE p.cells > 1 OR p.place <= 2
    GROUP BY GROUPING SETS (
        (p.employer_id, p.size_class, p.size_basis), (p.employer_id, p.size_basis), (p.employer_id, p.size_class, p.sector),
        (p.employer_id, p.sector), (p.employer_id, p.size_class), (p.employer_id, p.province_code, p.size_class),
        (p.employer_id, p.province_code), (p.employer_id)
    )
),
ranked AS (
    SELECT
        s.province_code, s.size_class, s.size_basis, s.sector, s.workers,
        row_number() OVER (
            PARTITION BY s.province_code, s.size_class, s.size_basis, s.sector
            ORDER BY s.workers DESC NULLS LAST, s.employer_id NULLS LAST
        ) AS place
    FROM summed AS s
)
SELECT
    r.province_code, r.size_class, r.size_basis, r.sector, max(CASE WHEN r.place = 1 THEN r.workers END) AS largest_workers,
    max(CASE WHEN r.place = 2 THEN r.workers END) AS second_workers
FROM ranked AS r
WHERE r.place <= 2
GROUP BY r.province_code, r.size_class, r.size_basis, r.sector
