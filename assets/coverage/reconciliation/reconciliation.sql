-- reconciliation: our figure against every published figure of the month, and published figures against themselves.
-- Grain: published figure or claim of the month. Units: that of the indicator (persons; percent for ratios and changes).
-- Source: reconciliation_figures, reconciliation_claims, lists published_claims and claim_kinds.
SELECT
    $month AS month, f.figure_id, f.indicator, f.region_code, f.segment, f.published_value, f.our_value, f.our_persons,
    f.our_value - f.published_value AS difference, f.tolerance,
    CASE
        WHEN f.our_value IS NULL THEN 'not_computed'
        WHEN abs(f.our_value - f.published_value) <= f.tolerance THEN 'agrees'
        ELSE 'differs'
    END AS verdict,
    CASE
        WHEN f.our_value IS NULL AND f.indicator = 'employed_persons' THEN 'the survey wave in use is not of this month'
        WHEN f.our_value IS NULL THEN 'no such value was made for this month'
        WHEN $persons_scale > 1
            THEN 'synthetic month: each of our persons stands for ' || CAST($persons_scale AS STRING)
    END AS note,
    f.source, CAST(NULL AS STRING) AS conf_status
FROM reconciliation_figures AS f
UNION ALL
SELECT
    $month, q.claim_id, p.indicator, p.region_code, p.segment, q.stated, q.our_value, CAST(NULL AS BIGINT),
    q.difference, q.tolerance,
    CASE WHEN q.is_defect THEN 'defect' WHEN NOT q.is_defect THEN 'agrees' ELSE 'not_computed' END,
    p.statement || ': ' || CASE
        WHEN q.is_defect THEN k.defect WHEN NOT q.is_defect THEN k.agrees ELSE 'a part is missing'
    END,
    p.source, CAST(NULL AS STRING)
FROM reconciliation_claims AS q
JOIN published_claims AS p ON p.claim_id = q.claim_id
JOIN claim_kinds AS k ON k.code = p.kind
