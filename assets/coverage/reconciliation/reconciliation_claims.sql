-- reconciliation_claims: published statements, recomputed from their own parts by the check of their kind. A working table.
-- Grain: published claim of the month.
-- Units: as stated (percent, persons, YYYYMM, provinces).
-- Source: published_claims, denominators, provinces.
-- tolerance: half of the last digit for each term; for a change, the limit.
WITH claims AS (
    SELECT
        published.claim_id, published.kind, published.base_a, published.base_b, denominators.code AS known_base,
        CAST(published.stated_value AS DOUBLE) AS stated,
        CAST(published.part_a AS DOUBLE) AS a, CAST(published.part_b AS DOUBLE) AS b, CAST(published.part_c AS DOUBLE) AS c,
        CAST(published.tolerance AS DOUBLE) * CASE WHEN published.kind IN ('sum', 'part_of_whole') THEN
            1 + CASE WHEN published.part_a IS NULL THEN 0 ELSE 1 END + CASE WHEN published.part_b IS NULL THEN 0 ELSE 1 END
            + CASE WHEN published.part_c IS NULL THEN 0 ELSE 1 END ELSE 1 END AS tolerance
    FROM published_claims AS published
    LEFT JOIN denominators ON denominators.code = published.base_a AND denominators.code <> 'none'
    WHERE published.as_of = $month_name
),
in_force AS (
    SELECT CAST(count(*) AS DOUBLE) AS provinces
    FROM provinces
    WHERE valid_from IS NULL OR CAST(valid_from AS DATE) <= $month_end
),
recomputed AS (
    SELECT
        claims.claim_id, claims.kind, claims.base_a, claims.base_b, claims.known_base, claims.stated, claims.a, claims.b,
        claims.tolerance,
        CASE
            WHEN claims.kind IN ('ratio', 'base') THEN 100 * claims.a / nullif(claims.b, 0)
            WHEN claims.kind IN ('growth', 'change') THEN 100 * (claims.b / nullif(claims.a, 0) - 1)
            WHEN claims.kind IN ('sum', 'part_of_whole') THEN claims.a + coalesce(claims.b, 0) + coalesce(claims.c, 0)
            WHEN claims.kind IN ('two_totals', 'date') THEN claims.a
            WHEN claims.kind = 'geography' THEN in_force.provinces
        END AS our_value
    FROM claims
    CROSS JOIN in_force
)
SELECT
    claim_id, stated, our_value, tolerance,
    CASE WHEN kind NOT IN ('change', 'target_mix', 'date') THEN our_value - stated END AS difference,
    CASE
        WHEN kind IN ('ratio', 'growth', 'sum', 'two_totals') THEN abs(our_value - stated) > tolerance
        WHEN kind = 'part_of_whole' THEN our_value > stated + tolerance
        WHEN kind = 'change' THEN abs(our_value) > tolerance
        WHEN kind = 'base' THEN base_a <> base_b OR (base_a IS NOT NULL AND known_base IS NULL)
        WHEN kind = 'target_mix' THEN base_a <> base_b
        WHEN kind = 'date' THEN coalesce(stated <> a, FALSE) OR stated > b
        WHEN kind = 'geography' THEN stated <> our_value
    END AS is_defect
FROM recomputed
