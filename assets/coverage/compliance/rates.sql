-- rates: what a month of contributions costs, after reliefs. A working table.
-- Grain: segment (PU, BPU) x two digits of the business activity (00: not stated) x subsidised (yes: a public budget pays).
-- Units: parts of a million of the wage or of the base of the income band; flat amounts and the ceiling in whole IDR.
-- Source: contribution_rates, jkk_rates, jkk_classes, jp_ceilings, reliefs, as in force on the first day of the month;
-- payers. A relief that is not for_subsidised leaves members whom a public budget pays for as they are (PP 50/2025 art. 3).
-- An activity without a risk class is of class 1, the lowest. A share after its relief stays whole (tests/spec/test_rates).
WITH activities AS (
    SELECT d.division, coalesce(k.risk_class, 1) AS risk_class
    FROM divisions AS d
    LEFT JOIN jkk_classes AS k
        ON d.division >= k.division_from AND d.division <= k.division_to
        AND CAST(k.valid_from AS DATE) <= $month AND (k.valid_to IS NULL OR CAST(k.valid_to AS DATE) > $month)
),
listed AS (
    SELECT c.segment, a.division, c.programme, coalesce(c.share_ppm, 0) AS share_ppm, coalesce(c.flat_idr, 0) AS flat_idr
    FROM contribution_rates AS c
    CROSS JOIN activities AS a
    WHERE CAST(c.valid_from AS DATE) <= $month AND (c.valid_to IS NULL OR CAST(c.valid_to AS DATE) > $month)
    UNION ALL
    SELECT 'PU', a.division, 'jkk', j.share_ppm, 0
    FROM activities AS a
    JOIN jkk_rates AS j
        ON j.risk_class = a.risk_class
        AND CAST(j.valid_from AS DATE) <= $month AND (j.valid_to IS NULL OR CAST(j.valid_to AS DATE) > $month)
),
relieved AS (
    SELECT
        l.segment, l.division, y.subsidised, l.programme,
        CAST(floor(CAST(l.share_ppm * coalesce(f.factor_permille, 1000) AS DOUBLE) / 1000) AS BIGINT) AS share_ppm,
        CAST(floor((CAST(l.flat_idr * coalesce(f.factor_permille, 1000) AS DOUBLE) + 500) / 1000) AS BIGINT) AS flat_idr
    FROM listed AS l
    CROSS JOIN (SELECT subsidised FROM payers GROUP BY subsidised) AS y
    LEFT JOIN reliefs AS f
        ON f.segment = l.segment AND f.programme = l.programme
        AND (y.subsidised = 'no' OR f.for_subsidised = 'yes') AND l.division >= f.division_from
        AND l.division <= f.division_to
        AND CAST(f.valid_from AS DATE) <= $month AND (f.valid_to IS NULL OR CAST(f.valid_to AS DATE) > $month)
)
SELECT
    r.segment, r.division, r.subsidised,
    CAST(sum(CASE WHEN r.programme = 'jkk' THEN r.share_ppm ELSE 0 END) AS BIGINT) AS jkk_ppm,
    CAST(sum(CASE WHEN r.programme = 'jkm' THEN r.share_ppm ELSE 0 END) AS BIGINT) AS jkm_ppm,
    CAST(sum(CASE WHEN r.programme = 'jkm' THEN r.flat_idr ELSE 0 END) AS BIGINT) AS jkm_idr,
    CAST(sum(CASE WHEN r.programme = 'jht' THEN r.share_ppm ELSE 0 END) AS BIGINT) AS jht_ppm,
    CAST(sum(CASE WHEN r.programme = 'jp' THEN r.share_ppm ELSE 0 END) AS BIGINT) AS jp_ppm,
    max(c.ceiling_idr) AS ceiling_idr
FROM relieved AS r
LEFT JOIN jp_ceilings AS c
    ON CAST(c.valid_from AS DATE) <= $month AND (c.valid_to IS NULL OR CAST(c.valid_to AS DATE) > $month)
GROUP BY r.segment, r.division, r.subsidised
