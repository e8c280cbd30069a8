-- numerators: protected and registered persons in the breakdowns of the table coverage. A working table.
-- Grain: geography basis x level x region x segment x programme x sex x age band.
-- Unit: persons.
-- Source: person_cells.
-- Programme any counts every protected person, by status alone, as in every other table.
WITH by_region AS (
    SELECT
        cells.month, cells.geography_basis, geography.geography_level, geography.region_code, groups.segment_group AS segment,
        cells.sex, cells.age_band,
        cells.jkk, cells.jkm, cells.jht, cells.jp, cells.jkp, cells.status,
        CAST(sum(cells.persons) AS BIGINT) AS persons, CAST(sum(cells.memberships) AS BIGINT) AS memberships,
        CAST(sum(cells.dual_persons) AS BIGINT) AS dual_persons
    FROM person_cells AS cells
    JOIN geography ON geography.member_code = cells.region_code
    JOIN (
        SELECT code AS segment, code AS segment_group FROM segments
        UNION ALL SELECT code, segment_class FROM segments WHERE segment_class <> 'abroad'
        UNION ALL SELECT code, 'all' FROM segments WHERE segment_class <> 'abroad'
    ) AS groups ON groups.segment = cells.segment
    GROUP BY
        cells.month, cells.geography_basis, geography.geography_level, geography.region_code, groups.segment_group, cells.sex,
        cells.age_band,
        cells.jkk, cells.jkm, cells.jht, cells.jp, cells.jkp, cells.status
),
by_programme AS (
    SELECT
        by_region.month, by_region.geography_basis, by_region.geography_level, by_region.region_code, by_region.segment,
        programmes.code AS programme, by_region.sex, by_region.age_band,
        by_region.persons, by_region.memberships, by_region.dual_persons,
        CASE programmes.code
            WHEN 'jkk' THEN by_region.jkk WHEN 'jkm' THEN by_region.jkm WHEN 'jht' THEN by_region.jht
            WHEN 'jp' THEN by_region.jp WHEN 'jkp' THEN by_region.jkp
            ELSE TRUE
        END AND by_region.status = 'protected' AS is_protected,
        by_region.status IN ('protected', 'grace') AS is_registered
    FROM by_region
    CROSS JOIN programmes
),
summed AS (
    SELECT
        month, geography_basis, geography_level, region_code, segment, programme,
        CASE WHEN GROUPING(sex) = 1 THEN 'all' ELSE sex END AS sex,
        CASE WHEN GROUPING(age_band) = 1 THEN 'all' ELSE age_band END AS age_band,
        CAST(sum(CASE WHEN is_protected THEN persons ELSE 0 END) AS BIGINT) AS protected_persons,
        CASE WHEN programme = 'any' THEN CAST(sum(CASE WHEN is_registered THEN persons ELSE 0 END) AS BIGINT) END
            AS registered_persons,
        CAST(sum(CASE WHEN is_protected THEN memberships ELSE 0 END) AS BIGINT) AS memberships,
        CAST(sum(CASE WHEN is_protected THEN dual_persons ELSE 0 END) AS BIGINT) AS dual_persons
    FROM by_programme
    WHERE programme = 'any' OR is_protected
    GROUP BY GROUPING SETS (
        (month, geography_basis, geography_level, region_code, segment, programme),
        (month, geography_basis, geography_level, region_code, segment, programme, sex),
        (month, geography_basis, geography_level, region_code, segment, programme, age_band),
        (month, geography_basis, geography_level, region_code, segment, programme, sex, age_band)
    )
)
SELECT
    month, geography_basis, geography_level, region_code, segment, programme, sex, age_band,
    protected_persons, registered_persons, memberships, dual_persons
FROM summed
WHERE (sex = 'all' AND age_band = 'all') OR (programme = 'any' AND geography_level <> 'regency')
