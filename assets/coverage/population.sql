-- population: the populations of the survey by regency or province. A working table.
-- Grain: region x segment group x sex x age band.
-- Unit: persons.
-- Source: survey_cells (the newest complete wave).
-- Errors are whole hundredths of a person (persons x rse in percent), so that their sums do not depend on the order. A cell of zero
-- persons adds no error, whether its rse is known or not.
WITH with_errors AS (
    SELECT
        survey_wave, region_code, sex, age_band, persons, segment, eligible_persons,
        CAST(floor(CAST(persons AS DOUBLE) * rse + 0.5) AS BIGINT) AS employed_error,
        CAST(floor(CAST(eligible_persons AS DOUBLE) * rse + 0.5) AS BIGINT) AS potential_error,
        CASE WHEN rse IS NULL AND persons > 0 THEN 1 ELSE 0 END AS is_without_error
    FROM survey_cells
)
SELECT
    survey_wave, region_code, segment, sex, age_band,
    CAST(sum(persons) AS BIGINT) AS employed_persons,
    CAST(sum(eligible_persons) AS BIGINT) AS potential_persons,
    CAST(sum(employed_error * employed_error) AS BIGINT) AS employed_variance,
    CAST(sum(potential_error * potential_error) AS BIGINT) AS potential_variance,
    CAST(sum(is_without_error) AS BIGINT) AS cells_without_error
FROM with_errors
GROUP BY survey_wave, region_code, segment, sex, age_band
