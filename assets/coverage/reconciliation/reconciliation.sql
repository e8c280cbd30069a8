-- reconciliation: our figure beside every published figure of the month, and published figures checked against themselves.
-- Grain: published figure or claim of the month.
-- Units: those of the indicator (persons; percent for ratios and changes).
-- Source: reconciliation_figures, reconciliation_claims, published_claims, claim_kinds.
SELECT
    $month AS month, figure_id, indicator, region_code, segment, published_value, our_value, our_persons,
    our_value - published_value AS difference, tolerance,
    CASE
        WHEN our_value IS NULL THEN 'not_computed'
        WHEN abs(our_value - published_value) <= tolerance THEN 'agrees'
        ELSE 'differs'
    END AS verdict,
    CASE
        WHEN our_value IS NULL AND indicator = 'employed_persons' THEN 'the survey wave in use is not of this month'
        WHEN our_value IS NULL THEN 'no such value was made for this month'
        WHEN $persons_scale > 1
            THEN 'synthetic month: each of our persons stands for ' || CAST($persons_scale AS STRING)
    END AS note,
    source, CAST(NULL AS STRING) AS conf_status
FROM reconciliation_figures
UNION ALL
SELECT
    $month, claims.claim_id, published.indicator, published.region_code, published.segment, claims.stated, claims.our_value,
    CAST(NULL AS BIGINT),
    claims.difference, claims.tolerance,
    CASE WHEN claims.is_defect THEN 'defect' WHEN NOT claims.is_defect THEN 'agrees' ELSE 'not_computed' END,
    published.statement || ': ' || CASE
        WHEN claims.is_defect THEN kinds.defect WHEN NOT claims.is_defect THEN kinds.agrees ELSE 'a part is missing'
    END,
    published.source, CAST(NULL AS STRING)
FROM reconciliation_claims AS claims
JOIN published_claims AS published ON published.claim_id = claims.claim_id
JOIN claim_kinds AS kinds ON kinds.code = published.kind
