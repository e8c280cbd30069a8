-- rates: the contribution rates of the month after reliefs. A working table.
-- Grain: segment (PU, BPU) x two digits of the business activity (00: not stated) x subsidised (yes: a public budget pays).
-- Units: millionths of the wage, or of the base of the income band; flat amounts and the ceiling in whole IDR.
-- Source: contribution_rates, jkk_rates, jkk_classes, jp_ceilings, reliefs (each as in force on the first day of the month), payers.
-- A relief without for_subsidised does not apply to members whose contribution a public budget pays (PP 50/2025 art. 3). An
-- activity without a risk class has class 1, the lowest. A rate after its relief is a whole number (tests/spec/test_rates).
WITH activities AS (
    SELECT divisions.division, coalesce(classes.risk_class, 1) AS risk_class
    FROM divisions
    LEFT JOIN jkk_classes AS classes
        ON divisions.division >= classes.division_from AND divisions.division <= classes.division_to
        AND CAST(classes.valid_from AS DATE) <= $month AND (classes.valid_to IS NULL OR CAST(classes.valid_to AS DATE) > $month)
),
listed AS (
    SELECT contribution_rates.segment, activities.division, contribution_rates.programme,
        coalesce(contribution_rates.share_ppm, 0) AS share_ppm, coalesce(contribution_rates.flat_idr, 0) AS flat_idr
    FROM contribution_rates
    CROSS JOIN activities
    WHERE CAST(contribution_rates.valid_from AS DATE) <= $month
        AND (contribution_rates.valid_to IS NULL OR CAST(contribution_rates.valid_to AS DATE) > $month)
    UNION ALL
    SELECT 'PU', activities.division, 'jkk', jkk_rates.share_ppm, 0
    FROM activities
    JOIN jkk_rates
        ON jkk_rates.risk_class = activities.risk_class
        AND CAST(jkk_rates.valid_from AS DATE) <= $month
        AND (jkk_rates.valid_to IS NULL OR CAST(jkk_rates.valid_to AS DATE) > $month)
),
relieved AS (
    SELECT
        listed.segment, listed.division, subsidies.subsidised, listed.programme,
        CAST(floor(CAST(listed.share_ppm * coalesce(reliefs.factor_permille, 1000) AS DOUBLE) / 1000) AS BIGINT) AS share_ppm,
        CAST(floor((CAST(listed.flat_idr * coalesce(reliefs.factor_permille, 1000) AS DOUBLE) + 500) / 1000) AS BIGINT) AS flat_idr
    FROM listed
    CROSS JOIN (SELECT subsidised FROM payers GROUP BY subsidised) AS subsidies
    LEFT JOIN reliefs
        ON reliefs.segment = listed.segment AND reliefs.programme = listed.programme
        AND (subsidies.subsidised = 'no' OR reliefs.for_subsidised = 'yes') AND listed.division >= reliefs.division_from
        AND listed.division <= reliefs.division_to
        AND CAST(reliefs.valid_from AS DATE) <= $month AND (reliefs.valid_to IS NULL OR CAST(reliefs.valid_to AS DATE) > $month)
)
SELECT
    relieved.segment, relieved.division, relieved.subsidised,
    CAST(sum(CASE WHEN relieved.programme = 'jkk' THEN relieved.share_ppm ELSE 0 END) AS BIGINT) AS jkk_ppm,
    CAST(sum(CASE WHEN relieved.programme = 'jkm' THEN relieved.share_ppm ELSE 0 END) AS BIGINT) AS jkm_ppm,
    CAST(sum(CASE WHEN relieved.programme = 'jkm' THEN relieved.flat_idr ELSE 0 END) AS BIGINT) AS jkm_idr,
    CAST(sum(CASE WHEN relieved.programme = 'jht' THEN relieved.share_ppm ELSE 0 END) AS BIGINT) AS jht_ppm,
    CAST(sum(CASE WHEN relieved.programme = 'jp' THEN relieved.share_ppm ELSE 0 END) AS BIGINT) AS jp_ppm,
    max(ceilings.ceiling_idr) AS ceiling_idr
FROM relieved
LEFT JOIN jp_ceilings AS ceilings
    ON CAST(ceilings.valid_from AS DATE) <= $month AND (ceilings.valid_to IS NULL OR CAST(ceilings.valid_to AS DATE) > $month)
GROUP BY relieved.segment, relieved.division, relieved.subsidised
