-- survey_cells: the cells of the newest complete wave, each person once. A working table.
-- Grain: region (regencies, or the province where its regencies do not add up to it) x employment status x sex x age band x sector.
-- Units: persons; errors in percent.
-- Source: survey_delivered, survey_provinces, survey_waves.
SELECT
    delivered.survey_wave, delivered.region_code, delivered.segment, delivered.sex, delivered.age_band, delivered.persons,
    delivered.eligible_persons, delivered.vulnerable_persons, delivered.rse
FROM survey_delivered AS delivered
JOIN survey_waves AS waves ON waves.survey_wave = delivered.survey_wave
JOIN survey_provinces AS survey ON survey.survey_wave = delivered.survey_wave AND survey.province_code = delivered.province_code
WHERE waves.is_used AND delivered.is_regency = (survey.counted_by = 'regencies')
