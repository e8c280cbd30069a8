-- survey_waves: the waves delivered up to the month, which of them are complete, and the one that counts. A working table.
-- Grain: survey wave. Unit: provinces. Source: survey_provinces. The newest complete wave is used; a part of a wave never.
WITH counted AS (
    SELECT
        p.survey_wave, count(*) AS provinces_listed,
        CAST(sum(CASE WHEN p.counted_by = 'nothing' THEN 0 ELSE 1 END) AS BIGINT) AS provinces_complete
    FROM survey_provinces AS p
    GROUP BY p.survey_wave
),
newest AS (
    SELECT max(survey_wave) AS survey_wave FROM counted WHERE provinces_complete = provinces_listed
)
SELECT
    c.survey_wave, c.provinces_listed, c.provinces_complete, coalesce(c.survey_wave = n.survey_wave, FALSE) AS is_used
FROM counted AS c
CROSS JOIN newest AS n
