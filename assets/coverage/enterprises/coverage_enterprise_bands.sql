-- coverage_enterprise_bands: the bands of enterprise size in force at the end of the month. A working table.
-- Grain: basis x size class. Units: IDR, or workers. Source: size_bands (PP 7/2021; BPS for workers).
SELECT b.basis, b.size_class, b.more_than, b.up_to, b.valid_from
FROM size_bands AS b
WHERE (b.valid_from IS NULL OR CAST(b.valid_from AS DATE) <= $month_end)
    AND (b.valid_to IS NULL OR CAST(b.valid_to AS DATE) > $month_end)
