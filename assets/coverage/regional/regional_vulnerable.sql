-- regional_vulnerable: vulnerable workers of the survey. A working table.
-- Grain: regency, or province where its regencies do not add up to it.
-- Unit: persons.
-- Source: survey_cells (the newest complete wave, the same as for the potential).
-- Cells without a number of vulnerable workers add nothing.
SELECT region_code, CAST(sum(vulnerable_persons) AS BIGINT) AS vulnerable_persons
FROM survey_cells
GROUP BY region_code
