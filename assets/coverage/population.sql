-- population: the survey's populations by regency or province. A working table.
-- Grain: region x segment group x sex x age band. Unit: persons. Source: survey_cells (the newest complete wave).
-- Errors are whole hundredths of a person (persons x rse in percent), so that their sums are the same in any order.
-- A cell of nobody adds no error, known or not.
WITH erring AS (
    SELECT
        w.survey_wave, w.region_code, w.sex, w.age_band, w.persons, w.segment, w.eligible_persons,
        CAST(floor(CAST(w.persons AS DOUBLE) * w.rse + 0.5) AS BIGINT) AS employed_error,
        CAST(floor(CAST(w.eligible_persons AS DOUBLE) * w.rse + 0.5) AS BIGINT) AS potential_error,
        CASE WHEN w.rse IS NULL AND w.persons > 0 THEN 1 ELSE 0 END AS is_without_error
    FROM survey_cells AS w
)
SELECT
    w.survey_wave, w.region_code, w.segment, w.sex, w.age_band,
    CAST(sum(w.persons) AS BIGINT) AS employed_persons,
    CAST(sum(w.eligible_persons) AS BIGINT) AS potential_persons,
    CAST(sum(w.employed_error * w.employed_error) AS BIGINT) AS employed_variance,
    CAST(sum(w.potential_error * w.potential_error) AS BIGINT) AS potential_variance,
    CAST(sum(w.is_without_error) AS BIGINT) AS cells_without_error
FROM erring AS w
GROUP BY w.survey_wave, w.region_code, w.segment, w.sex, w.age_band
