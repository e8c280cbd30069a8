-- survey_cells: the cells of the newest complete wave, each person once. A working table.
-- Grain: region (regencies, or the province where its regencies do not make it up) x employment status x sex x age band x
-- sector. Unit: persons; errors in percent. Source: survey_delivered, survey_provinces, survey_waves.
SELECT
    d.survey_wave, d.region_code, d.segment, d.sex, d.age_band, d.persons, d.eligible_persons, d.vulnerable_persons, d.rse
FROM survey_delivered AS d
JOIN survey_waves AS w ON w.survey_wave = d.survey_wave
JOIN survey_provinces AS p ON p.survey_wave = d.survey_wave AND p.province_code = d.province_code
WHERE w.is_used AND d.is_regency = (p.counted_by = 'regencies')
