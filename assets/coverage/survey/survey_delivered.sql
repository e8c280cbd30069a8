-- survey_delivered: the cells of every survey wave up to the month, in their latest delivery. A working table.
-- Grain: survey wave x region x employment status x sex x age band x sector.
-- Units: persons; errors in percent.
-- Source: workforce, employment_statuses.
-- A later delivery corrects the cells that it contains and leaves the others. A row without a sector is the total of its cell: where
-- it exists, rows by sector are parts of it and do not count. Family workers are outside the potential (employment_statuses), so they
-- are not counted as vulnerable workers either.
WITH dated AS (
    SELECT
        survey_wave, region_code, employment_status, sex, age_band, sector, persons, eligible_persons,
        vulnerable_persons, rse, month,
        row_number() OVER (
            PARTITION BY survey_wave, region_code, employment_status, sex, age_band, coalesce(sector, '')
            ORDER BY month DESC NULLS LAST
        ) AS row_rank,
        max(CASE WHEN sector IS NULL THEN 1 ELSE 0 END) OVER (
            PARTITION BY survey_wave, region_code, employment_status, sex, age_band
        ) AS has_total
    FROM workforce
    WHERE survey_wave <= $month_end
)
SELECT
    dated.survey_wave, dated.region_code, substr(dated.region_code, 1, 2) AS province_code,
    length(dated.region_code) = 4 AS is_regency,
    CASE statuses.segment WHEN 'PU' THEN 'formal' WHEN 'BPU' THEN 'informal' ELSE 'outside' END AS segment,
    dated.sex, dated.age_band, dated.persons,
    coalesce(
        dated.eligible_persons,
        CAST(floor(CAST(dated.persons AS DOUBLE) * CAST(statuses.potential_share AS DOUBLE) + 0.5) AS BIGINT)
    ) AS eligible_persons,
    CASE WHEN statuses.segment IS NOT NULL THEN dated.vulnerable_persons END AS vulnerable_persons,
    dated.rse, dated.month AS delivered_month
FROM dated
JOIN employment_statuses AS statuses ON statuses.code = dated.employment_status
WHERE dated.row_rank = 1 AND (dated.sector IS NULL OR dated.has_total = 0)
