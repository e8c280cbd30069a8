-- person_cells: counts of persons, twice: by residence (home) and by registering employer or office (work).
-- Grain: geography basis x regency x segment x sex x age band x programmes x status.
-- Unit: persons, memberships.
-- Source: persons, person_status_codes, person_attribute_codes.
WITH counted AS (
    SELECT
        month, 'home' AS geography_basis, home_regency AS regency, status_code, attribute_code, count(*) AS persons,
        CAST(sum(memberships) AS BIGINT) AS memberships
    FROM persons
    GROUP BY month, home_regency, status_code, attribute_code
    UNION ALL
    SELECT
        month, 'work' AS geography_basis, work_regency AS regency, status_code, attribute_code, count(*) AS persons,
        CAST(sum(memberships) AS BIGINT) AS memberships
    FROM persons
    GROUP BY month, work_regency, status_code, attribute_code
)
SELECT
    counted.month, counted.geography_basis, lpad(CAST(counted.regency AS STRING), 4, '0') AS region_code, codes.segment,
    attributes.sex, attributes.age_band,
    attributes.jkk, attributes.jkm, attributes.jht, attributes.jp, attributes.jkp, codes.status,
    CAST(sum(counted.persons) AS BIGINT) AS persons, CAST(sum(counted.memberships) AS BIGINT) AS memberships,
    CAST(sum(CASE WHEN attributes.is_dual THEN counted.persons ELSE 0 END) AS BIGINT) AS dual_persons
FROM counted
JOIN person_status_codes AS codes ON codes.status_code = counted.status_code
JOIN person_attribute_codes AS attributes ON attributes.attribute_code = counted.attribute_code
GROUP BY
    counted.month, counted.geography_basis, counted.regency, codes.segment, attributes.sex, attributes.age_band, attributes.jkk,
    attributes.jkm, attributes.jht, attributes.jp, attributes.jkp, codes.status
