-- survey_delivered: the survey's cells as they were delivered last, of every wave up to the month. A working table.
-- Grain: survey wave x region x employment status x sex x age band x sector. Unit: persons; errors in percent.
-- Source: workforce, employment_statuses. A later delivery corrects the cells that it holds and leaves the others.
-- A row without a sector is the total of its cell: where there is one, rows of its sectors are parts of it and do not count.
-- Family workers stand outside the potential (employment_statuses), so none of them is a vulnerable worker of it either.
WITH dated AS (
    SELECT
        w.survey_wave, w.region_code, w.employment_status, w.sex, w.age_band, w.sector, w.persons, w.eligible_persons,
        w.vulnerable_persons, w.rse, w.month,
        row_number() OVER (
            PARTITION BY w.survey_wave, w.region_code, w.employment_status, w.sex, w.age_band, coalesce(w.sector, '')
            ORDER BY w.month DESC NULLS LAST
        ) AS place,
        max(CASE WHEN w.sector IS NULL THEN 1 ELSE 0 END) OVER (
            PARTITION BY w.survey_wave, w.region_code, w.employment_status, w.sex, w.age_band
        ) AS has_total
    FROM workforce AS w
    WHERE w.survey_wave <= $month_end
)
SELECT
    d.survey_wave, d.region_code, substr(d.region_code, 1, 2) AS province_code, length(d.region_code) = 4 AS is_regency,
    CASE s.segment WHEN 'PU' THEN 'formal' WHEN 'BPU' THEN 'informal' ELSE 'outside' END AS segment,
    d.sex, d.age_band, d.persons,
    coalesce(
        d.eligible_persons, CAST(floor(CAST(d.persons AS DOUBLE) * CAST(s.potential_share AS DOUBLE) + 0.5) AS BIGINT)
    ) AS eligible_persons,
    CASE WHEN s.segment IS NOT NULL THEN d.vulnerable_persons END AS vulnerable_persons,
    d.rse, d.month AS delivered_month
FROM dated AS d
JOIN employment_statuses AS s ON s.code = d.employment_status
WHERE d.place = 1 AND (d.sector IS NULL OR d.has_total = 0)
