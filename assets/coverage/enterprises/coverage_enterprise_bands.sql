-- coverage_enterprise_bands: the bands of enterprise size in force at the end of the month. A working table.
-- Grain: basis x size class.
-- Units: IDR, or workers.
-- Source: size_bands (PP 7/2021; BPS for workers).
SELECT basis, size_class, more_than, up_to, valid_from
FROM size_bands
WHERE (valid_from IS NULL OR CAST(valid_from AS DATE) <= $month_end)
    AND (valid_to IS NULL OR CAST(valid_to AS DATE) > $month_end)
