-- numerators: protected and registered persons in the breakdowns of the table coverage. A working table.
-- Grain: geography basis x level x region x segment x programme x sex x age band. Unit: persons. Source: person_cells.
-- Programme any: everyone who is protected, by status alone, as in every other table.
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
            ELSE TRUE
        END AND p.status = 'protected' AS is_protected,
        p.status IN ('protected', 'grace') AS is_registered
    FROM placed AS p
    CROSS JOIN programmes AS g
),
summed AS (
    SELECT
        h.month, h.geography_basis, h.geography_level, h.region_code, h.segment, h.programme,
        CASE WHEN GROUPING(h.sex) = 1 THEN 'all' ELSE h.sex END AS sex,
        CASE WHEN GROUPING(h.age_band) = 1 THEN 'all' ELSE h.age_band END AS age_band,
        CAST(sum(CASE WHEN h.is_protected THEN h.persons ELSE 0 END) AS BIGINT) AS protected_persons,
        CASE WHEN h.programme = 'any' THEN CAST(sum(CASE WHEN h.is_registered THEN h.persons ELSE 0 END) AS BIGINT) END
            AS registered_persons,
        CAST(sum(CASE WHEN h.is_protected THEN h.memberships ELSE 0 END) AS BIGINT) AS memberships,
        CAST(sum(CASE WHEN h.is_protected THEN h.dual_persons ELSE 0 END) AS BIGINT) AS dual_persons
    FROM held AS h
    WHERE h.programme = 'any' OR h.is_protected
    GROUP BY GROUPING SETS (
        (h.month, h.geography_basis, h.geography_level, h.region_code, h.segment, h.programme),
        (h.month, h.geography_basis, h.geography_level, h.region_code, h.segment, h.programme, h.sex),
        (h.month, h.geography_basis, h.geography_level, h.region_code, h.segment, h.programme, h.age_band),
        (h.month, h.geography_basis, h.geography_level, h.region_code, h.segment, h.programme, h.sex, h.age_band)
    )
)
SELECT
    s.month, s.geography_basis, s.geography_level, s.region_code, s.segment, s.programme, s.sex, s.age_band,
    s.protected_persons, s.registered_persons, s.memberships, s.dual_persons
FROM summed AS s
WHERE (s.sex = 'all' AND s.age_band = 'all') OR (s.programme = 'any' AND s.geography_level <> 'regency')
