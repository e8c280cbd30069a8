-- survey_provinces: the regencies and the own row of each province in each wave, and which of the two is counted. A working table.
-- Grain: survey wave x province of the list.
-- Units: persons, regencies.
-- Source: survey_delivered, provinces, regencies, survey_limits.
-- counted_by: regencies (all of the list are delivered, and agree with the own row of the province where there is one), province (its
-- own row), nothing (neither is complete: the wave is incomplete). They agree where the persons and the potential of each segment
-- differ by no more than the limits.
WITH listed AS (
    SELECT province_code, count(*) AS regencies FROM regencies GROUP BY province_code
),
delivered AS (
    SELECT survey_wave, province_code, count(*) AS regencies
    FROM (
        SELECT survey_wave, province_code, region_code
        FROM survey_delivered
        WHERE is_regency
        GROUP BY survey_wave, province_code, region_code
    ) AS regencies_delivered
    GROUP BY survey_wave, province_code
),
summed AS (
    SELECT
        survey_wave, province_code, segment,
        CAST(sum(CASE WHEN is_regency THEN 0 ELSE 1 END) AS BIGINT) AS own_cells,
        CAST(sum(CASE WHEN is_regency THEN 0 ELSE persons END) AS BIGINT) AS own_persons,
        CAST(sum(CASE WHEN is_regency THEN persons ELSE 0 END) AS BIGINT) AS regency_persons,
        CAST(sum(CASE WHEN is_regency THEN 0 ELSE eligible_persons END) AS BIGINT) AS own_eligible,
        CAST(sum(CASE WHEN is_regency THEN eligible_persons ELSE 0 END) AS BIGINT) AS regency_eligible
    FROM survey_delivered
    GROUP BY survey_wave, province_code, segment
),
limits AS (
    SELECT
        max(CASE WHEN code = 'regencies_differ_permille' THEN value END) AS permille,
        max(CASE WHEN code = 'regency_rounding_persons' THEN value END) AS rounding
    FROM survey_limits
),
compared AS (
    SELECT
        summed.survey_wave, summed.province_code, coalesce(delivered.regencies, 0) AS regencies_delivered,
        CAST(sum(summed.own_cells) AS BIGINT) AS own_cells, CAST(sum(summed.own_persons) AS BIGINT) AS own_persons,
        CAST(sum(summed.regency_persons) AS BIGINT) AS regency_persons,
        bool_and(
            1000 * abs(summed.own_persons - summed.regency_persons)
            <= limits.permille * summed.own_persons + 1000 * limits.rounding * coalesce(delivered.regencies, 0)
            AND 1000 * abs(summed.own_eligible - summed.regency_eligible)
            <= limits.permille * summed.own_eligible + 1000 * limits.rounding * coalesce(delivered.regencies, 0)
        ) AS do_agree
    FROM summed
    CROSS JOIN limits
    LEFT JOIN delivered ON delivered.survey_wave = summed.survey_wave AND delivered.province_code = summed.province_code
    GROUP BY summed.survey_wave, summed.province_code, coalesce(delivered.regencies, 0)
)
SELECT
    waves.survey_wave, provinces.code AS province_code, listed.regencies AS regencies_listed,
    coalesce(compared.regencies_delivered, 0) AS regencies_delivered, coalesce(compared.own_cells, 0) AS own_cells,
    compared.own_persons,
    compared.regency_persons,
    CASE
        WHEN compared.regencies_delivered = listed.regencies AND (compared.own_cells = 0 OR compared.do_agree) THEN 'regencies'
        WHEN compared.own_cells > 0 THEN 'province'
        ELSE 'nothing'
    END AS counted_by
FROM (SELECT survey_wave FROM survey_delivered GROUP BY survey_wave) AS waves
CROSS JOIN provinces
JOIN listed ON listed.province_code = provinces.code
LEFT JOIN compared ON compared.survey_wave = waves.survey_wave AND compared.province_code = provinces.code
