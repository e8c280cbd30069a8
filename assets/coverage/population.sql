-- population: the survey's populations by regency or province. A working table.
-- Grain: region x employment status group x sex x age band. Unit: persons. Source: workforce, newest wave up to the month.
-- Errors are whole hundredths of a person (persons x rse in percent), so that their sums are the same in any order.
-- Regency rows are preferred; province rows count only for provinces that have none.
WITH wave AS (
    SELECT
        w.survey_wave, w.region_code, substr(w.region_code, 1, 2) AS province_code, w.sex, w.age_band, w.persons, w.rse,
        CASE s.segment WHEN 'PU' THEN 'formal' WHEN 'BPU' THEN 'informal' ELSE 'outside' END AS segment,
        coalesce(
            w.eligible_persons,
            CAST(floor(CAST(w.persons AS DOUBLE) * CAST(s.potential_share AS DOUBLE) + 0.5) AS BIGINT)
        ) AS eligible_persons
    FROM workforce AS w
    JOIN employment_statuses AS s ON s.code = w.employment_status
    WHERE w.survey_wave = $survey_wave
),
erring AS (
    SELECT
        w.survey_wave, w.region_code, w.province_code, w.sex, w.age_band, w.persons, w.rse, w.segment, w.eligible_persons,
        CAST(floor(CAST(w.persons AS DOUBLE) * w.rse + 0.5) AS BIGINT) AS employed_error,
        CAST(floor(CAST(w.eligible_persons AS DOUBLE) * w.rse + 0.5) AS BIGINT) AS potential_error
    FROM wave AS w
),
detailed AS (
    SELECT province_code FROM wave WHERE length(region_code) = 4 GROUP BY province_code
)
SELECT
    w.survey_wave, w.region_code, w.segment, w.sex, w.age_band,
    CAST(sum(w.persons) AS BIGINT) AS employed_persons,
    CAST(sum(w.eligible_persons) AS BIGINT) AS potential_persons,
    CAST(sum(w.employed_error * w.employed_error) AS BIGINT) AS employed_variance,
    CAST(sum(w.potential_error * w.potential_error) AS BIGINT) AS potential_variance,
    CAST(sum(CASE WHEN w.rse IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS cells_without_error
FROM erring AS w
LEFT JOIN detailed AS d ON d.province_code = w.province_code
WHERE length(w.region_code) = 4 OR d.province_code IS NULL
GROUP BY w.survey_wave, w.region_code, w.segment, w.sex, w.age_band
