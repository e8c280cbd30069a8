-- survey_provinces: what each wave has of each province, and what of it counts. A working table.
-- Grain: survey wave x province of the list. Unit: persons, regencies. Source: survey_delivered, provinces, regencies,
-- survey_limits. counted_by: regencies (all of the list are there, and agree with the row of the province where it has
-- one), province (its own row), nothing (no whole is known: the wave is incomplete). They agree where the persons and the
-- potential of each segment differ by no more than the limits allow.
WITH listed AS (
    SELECT r.province_code, count(*) AS regencies FROM regencies AS r GROUP BY r.province_code
),
delivered AS (
    SELECT d.survey_wave, d.province_code, count(*) AS regencies
    FROM (
        SELECT survey_wave, province_code, region_code
        FROM survey_delivered
        WHERE is_regency
        GROUP BY survey_wave, province_code, region_code
    ) AS d
    GROUP BY d.survey_wave, d.province_code
),
summed AS (
    SELECT
        d.survey_wave, d.province_code, d.segment,
        CAST(sum(CASE WHEN d.is_regency THEN 0 ELSE 1 END) AS BIGINT) AS own_cells,
        CAST(sum(CASE WHEN d.is_regency THEN 0 ELSE d.persons END) AS BIGINT) AS own_persons,
        CAST(sum(CASE WHEN d.is_regency THEN d.persons ELSE 0 END) AS BIGINT) AS regency_persons,
        CAST(sum(CASE WHEN d.is_regency THEN 0 ELSE d.eligible_persons END) AS BIGINT) AS own_eligible,
        CAST(sum(CASE WHEN d.is_regency THEN d.eligible_persons ELSE 0 END) AS BIGINT) AS regency_eligible
    FROM survey_delivered AS d
    GROUP BY d.survey_wave, d.province_code, d.segment
),
limits AS (
    SELECT
        max(CASE WHEN code = 'regencies_differ_permille' THEN value END) AS permille,
        max(CASE WHEN code = 'regency_rounding_persons' THEN value END) AS rounding
    FROM survey_limits
),
compared AS (
    SELECT
        s.survey_wave, s.province_code, coalesce(d.regencies, 0) AS regencies_delivered,
        CAST(sum(s.own_cells) AS BIGINT) AS own_cells, CAST(sum(s.own_persons) AS BIGINT) AS own_persons,
        CAST(sum(s.regency_persons) AS BIGINT) AS regency_persons,
        bool_and(
            1000 * abs(s.own_persons - s.regency_persons)
            <= l.permille * s.own_persons + 1000 * l.rounding * coalesce(d.regencies, 0)
            AND 1000 * abs(s.own_eligible - s.regency_eligible)
            <= l.permille * s.own_eligible + 1000 * l.rounding * coalesce(d.regencies, 0)
        ) AS do_agree
    FROM summed AS s
    CROSS JOIN limits AS l
    LEFT JOIN delivered AS d ON d.survey_wave = s.survey_wave AND d.province_code = s.province_code
    GROUP BY s.survey_wave, s.province_code, coalesce(d.regencies, 0)
)
SELECT
    w.survey_wave, p.code AS province_code, l.regencies AS regencies_listed,
    coalesce(c.regencies_delivered, 0) AS regencies_delivered, coalesce(c.own_cells, 0) AS own_cells, c.own_persons,
    c.regency_persons,
    CASE
        WHEN c.regencies_delivered = l.regencies AND (c.own_cells = 0 OR c.do_agree) THEN 'regencies'
        WHEN c.own_cells > 0 THEN 'province'
        ELSE 'nothing'
    END AS counted_by
FROM (SELECT survey_wave FROM survey_delivered GROUP BY survey_wave) AS w
CROSS JOIN provinces AS p
JOIN listed AS l ON l.province_code = p.code
LEFT JOIN compared AS c ON c.survey_wave = w.survey_wave AND c.province_code = p.code
