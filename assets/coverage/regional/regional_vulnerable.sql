-- regional_vulnerable: vulnerable workers of the survey. A working table.
-- Grain: regency, or the province where its regencies do not make it up. Unit: persons. Source: survey_cells (the newest
-- complete wave, the same as the potential's). Cells that name none add nothing.
SELECT w.region_code, CAST(sum(w.vulnerable_persons) AS BIGINT) AS vulnerable_persons
FROM survey_cells AS w
GROUP BY w.region_code
