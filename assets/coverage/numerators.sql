-- numerators: protected and registered persons in the breakdowns of the table coverage. A working table.
-- Grain: geography basis x level x region x segment x programme x sex x age band. Unit: persons. Source: person_cells.
WITH placed AS (
    SELECT
        c.month, c.geography_basis, g.geography_level, g.region_code, s.segment_group AS segment, c.sex, c.age_band,
        c.jkk, c.jkm, c.jht, c.jp, c.jkp, c.status,
        CAST(sum(c.persons) AS BIGINT) AS persons, CAST(sum(c.memberships) AS BIGINT) AS memberships,
        CAST(sum(c.dual_persons) AS BIGINT) AS dual_persons
    FROM person_cells AS c
    JOIN geography AS g ON g.member_code = c.region_code
    JOIN (
        SELECT code AS segment, code AS segment_group FROM segments
        UNION ALL SELECT code, segment_class FROM segments WHERE segment_class <> 'abroad'
        UNION ALL SELECT code, 'all' FROM segments WHERE segment_class <> 'abroad'
    ) AS s ON s.segment = c.segment
    GROUP BY
        c.month, c.geography_basis, g.geography_level, g.region_code, s.segment_group, c.sex, c.age_band,
        c.jkk, c.jkm, c.jht, c.jp, c.jkp, c.status
),
held AS (
    SELECT
        p.month, p.geography_basis, p.geography_level, p.region_code, p.segment, g.code AS programme, p.sex, p.age_band,
        p.persons, p.memberships, p.dual_persons,
        CASE g.code
            WHEN 'jkk' THEN p.jkk WHEN 'jkm' THEN p.jkm WHEN 'jht' THEN p.jht WHEN 'jp' THEN p.jp WHEN 'jkp' THEN p.jkp
            ELSE p.jkk OR p.jkm OR p.jht OR p.jp OR p.jkp
        END AND p.status = 'protected' AS is_protected,
        p.status IN ('protected', 'grace') AS is_registered
    FROM placed AS p
    CROSS JOIN programmes AS g
)
SELECT
    month, geography_basis, geography_level, region_code, segment, programme,
    CASE WHEN GROUPING(sex) = 1 THEN 'all' ELSE sex END AS sex,
    CASE WHEN GROUPING(age_band) = 1 THEN 'all' ELSE age_band END AS age_band,
    CAST(sum(CASE WHEN is_protected THEN persons ELSE 0 END) AS BIGINT) AS protected_persons,
    CASE WHEN programme = 'any' THEN CAST(sum(CASE WHEN is_registered THEN persons ELSE 0 END) AS BIGINT) END
        AS registered_persons,
    CAST(sum(CASE WHEN is_protected THEN memberships ELSE 0 END) AS BIGINT) AS memberships,
    CAST(sum(CASE WHEN is_protected THEN dual_persons ELSE 0 END) AS BIGINT) AS dual_persons
FROM held
WHERE programme = 'any' OR is_protected
GROUP BY GROUPING SETS (
    (month, geography_basis, geography_level, region_code, segment, programme),
    (month, geography_basis, geography_level, region_code, segment, programme, sex),
    (month, geography_basis, geography_level, region_code, segment, programme, age_band),
    (month, geography_basis, geography_level, region_code, segment, programme, sex, age_band)
)
HAVING (GROUPING(sex) = 1 AND GROUPING(age_band) = 1) OR (programme = 'any' AND geography_level <> 'regency')
