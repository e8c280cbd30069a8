-- survey_waves: the waves delivered up to the month, which of them are complete, and which one is used. A working table.
-- Grain: survey wave.
-- Unit: provinces.
-- Source: survey_provinces.
-- The newest complete wave is used, never a part of a wave.
WITH counted AS (
    SELECT
        survey_wave, count(*) AS provinces_listed,
        CAST(sum(CASE WHEN counted_by = 'nothing' THEN 0 ELSE 1 END) AS BIGINT) AS provinces_complete
    FROM survey_provinces
    GROUP BY survey_wave
),
newest AS (
    SELECT max(survey_wave) AS survey_wave FROM counted WHERE provinces_complete = provinces_listed
)
SELECT
    counted.survey_wave, counted.provinces_listed, counted.provinces_complete,
    coalesce(counted.survey_wave = newest.survey_wave, FALSE) AS is_used
FROM counted
CROSS JOIN newest
