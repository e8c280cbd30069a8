-- reconciliation_claims: what published statements say, recomputed from their own parts by the check of their kind.
-- Grain: published claim of the month. A working table. Units: as stated (percent, persons, YYYYMM, provinces).
-- Source: lists published_claims, denominators, provinces. tolerance: half the last digit for each term; for change, the limit.
WITH claims AS (
    SELECT
        c.claim_id, c.kind, c.base_a, c.base_b, d.code AS known_base, CAST(c.stated_value AS DOUBLE) AS stated,
        CAST(c.part_a AS DOUBLE) AS a, CAST(c.part_b AS DOUBLE) AS b, CAST(c.part_c AS DOUBLE) AS c,
        CAST(c.tolerance AS DOUBLE) * CASE WHEN c.kind IN ('sum', 'part_of_whole') THEN
            1 + CASE WHEN c.part_a IS NULL THEN 0 ELSE 1 END + CASE WHEN c.part_b IS NULL THEN 0 ELSE 1 END
            + CASE WHEN c.part_c IS NULL THEN 0 ELSE 1 END ELSE 1 END AS tolerance
    FROM published_claims AS c
    LEFT JOIN denominators AS d ON d.code = c.base_a AND d.code <> 'none'
    WHERE c.as_of = $month_name
),
in_force AS (
    SELECT CAST(count(*) AS DOUBLE) AS provinces
    FROM provinces
    WHERE valid_from IS NULL OR CAST(valid_from AS DATE) <= $month_end
),
recomputed AS (
    SELECT
        q.claim_id, q.kind, q.base_a, q.base_b, q.known_base, q.stated, q.a, q.b, q.tolerance,
        CASE
            WHEN q.kind IN ('ratio', 'base') THEN 100 * q.a / nullif(q.b, 0)
            WHEN q.kind IN ('growth', 'change') THEN 100 * (q.b / nullif(q.a, 0) - 1)
            WHEN q.kind IN ('sum', 'part_of_whole') THEN q.a + coalesce(q.b, 0) + coalesce(q.c, 0)
            WHEN q.kind IN ('two_totals', 'date') THEN q.a
            WHEN q.kind = 'geography' THEN f.provinces
        END AS our_value
    FROM claims AS q
    CROSS JOIN in_force AS f
)
SELECT
    r.claim_id, r.stated, r.our_value, r.tolerance,
    CASE WHEN r.kind NOT IN ('change', 'target_mix', 'date') THEN r.our_value - r.stated END AS difference,
    CASE
        WHEN r.kind IN ('ratio', 'growth', 'sum', 'two_totals') THEN abs(r.our_value - r.stated) > r.tolerance
        WHEN r.kind = 'part_of_whole' THEN r.our_value > r.stated + r.tolerance
        WHEN r.kind = 'change' THEN abs(r.our_value) > r.tolerance
        WHEN r.kind = 'base' THEN r.base_a <> r.base_b OR (r.base_a IS NOT NULL AND r.known_base IS NULL)
        WHEN r.kind = 'target_mix' THEN r.base_a <> r.base_b
        WHEN r.kind = 'date' THEN coalesce(r.stated <> r.a, FALSE) OR r.stated > r.b
        WHEN r.kind = 'geography' THEN r.stated <> r.our_value
    END AS is_defect
FROM recomputed AS r
