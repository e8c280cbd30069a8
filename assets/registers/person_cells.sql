-- person_cells: counts of persons, twice: by residence (home) and by registering employer or office (work).
-- Grain: geography basis x regency x segment x sex x age band x programmes x status. Source: persons.
SELECT
    p.month, 'home' AS geography_basis, coalesce(p.home_region, '0000') AS region_code, p.segment, p.sex, p.age_band,
    p.jkk, p.jkm, p.jht, p.jp, p.jkp, p.status,
    count(*) AS persons, CAST(sum(p.memberships) AS BIGINT) AS memberships,
    CAST(sum(CASE WHEN p.is_dual THEN 1 ELSE 0 END) AS BIGINT) AS dual_persons
FROM persons AS p
GROUP BY p.month, coalesce(p.home_region, '0000'), p.segment, p.sex, p.age_band, p.jkk, p.jkm, p.jht, p.jp, p.jkp, p.status
UNION ALL
SELECT
    p.month, 'work' AS geography_basis, coalesce(p.work_region, '0000') AS region_code, p.segment, p.sex, p.age_band,
    p.jkk, p.jkm, p.jht, p.jp, p.jkp, p.status,
    count(*) AS persons, CAST(sum(p.memberships) AS BIGINT) AS memberships,
    CAST(sum(CASE WHEN p.is_dual THEN 1 ELSE 0 END) AS BIGINT) AS dual_persons
FROM persons AS p
GROUP BY p.month, coalesce(p.work_region, '0000'), p.segment, p.sex, p.age_band, p.jkk, p.jkm, p.jht, p.jp, p.jkp, p.status
