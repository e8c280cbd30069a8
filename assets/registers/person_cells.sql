-- person_cells: counts of persons, twice: by residence (home) and by registering employer or office (work).
-- Grain: geography basis x regency x segment x sex x age band x programmes x status. Source: persons, person_status_codes, person_attribute_codes.
WITH counted AS (
    SELECT
        p.month, 'home' AS geography_basis, p.home_regency AS regency, p.status_code, p.attribute_code, count(*) AS persons,
        CAST(sum(p.memberships) AS BIGINT) AS memberships
    FROM persons AS p
    GROUP BY p.month, p.home_regency, p.status_code, p.attribute_code
    UNION ALL
    SELECT
        p.month, 'work' AS geography_basis, p.work_regency AS regency, p.status_code, p.attribute_code, count(*) AS persons,
        CAST(sum(p.memberships) AS BIGINT) AS memberships
    FROM persons AS p
    GROUP BY p.month, p.work_regency, p.status_code, p.attribute_code
)
SELECT
    c.month, c.geography_basis, lpad(CAST(c.regency AS STRING), 4, '0') AS region_code, s.segment, f.sex, f.age_band,
    f.jkk, f.jkm, f.jht, f.jp, f.jkp, s.status,
    CAST(sum(c.persons) AS BIGINT) AS persons, CAST(sum(c.memberships) AS BIGINT) AS memberships,
    CAST(sum(CASE WHEN f.is_dual THEN c.persons ELSE 0 END) AS BIGINT) AS dual_persons
FROM counted AS c
JOIN person_status_codes AS s ON s.status_code = c.status_code
JOIN person_attribute_codes AS f ON f.attribute_code = c.attribute_code
GROUP BY
    c.month, c.geography_basis, c.regency, s.segment, f.sex, f.age_band, f.jkk, f.jkm, f.jht, f.jp, f.jkp, s.status
