-- regional_vulnerable: vulnerable workers of the survey's newest wave up to the month. A working table.
-- Grain: regency; province where the survey has no regency of it. Unit: persons. Source: workforce.
-- A wave delivered in several months counts once, as delivered last. Cells that name none add nothing.
WITH newest AS (
    SELECT max(survey_wave) AS survey_wave FROM workforce WHERE survey_wave <= $month_end
),
delivered AS (
    SELECT n.survey_wave, max(w.month) AS month
    FROM workforce AS w
    JOIN newest AS n ON n.survey_wave = w.survey_wave
    GROUP BY n.survey_wave
),
wave AS (
    SELECT w.region_code, substr(w.region_code, 1, 2) AS province_code, w.vulnerable_persons
    FROM workforce AS w
    JOIN delivered AS d ON d.survey_wave = w.survey_wave AND d.month = w.month
),
detailed AS (
    SELECT province_code FROM wave WHERE length(region_code) = 4 GROUP BY province_code
)
SELECT w.region_code, CAST(sum(w.vulnerable_persons) AS BIGINT) AS vulnerable_persons
FROM wave AS w
LEFT JOIN detailed AS d ON d.province_code = w.province_code
WHERE length(w.region_code) = 4 OR d.province_code IS NULL
GROUP BY w.region_code
