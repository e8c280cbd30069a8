-- dues: the statutory amount that each membership owes for the month. A view, person-level: read once, never stored.
-- Grain: one row a membership of PU and BPU that is protected or in grace at the month's end (membership_status). Unit: IDR.
-- Source: membership_status, employers (size, and the activity where the membership shows none), rates, income_steps,
-- payers (which of them is a public budget: its members have no part in some reliefs).
-- Every programme is rounded to whole IDR. JKP is not billed. A wage above a billion IDR is a slip of the marks (rule
-- wage_plausible) and counts as not stated: PU then owe nothing that can be computed, BPU the lowest band. The limit also
-- keeps every product below 2^53, where division and floor are exact in any engine.
WITH owing AS (
    SELECT
        s.membership_key, s.segment, s.segment = 'PU' AS is_pu, s.work_region,
        substr(s.kbli, 1, 2) AS division, s.jkk, s.jkm, s.jht, s.jp, s.employer_id, s.employer_division,
        coalesce(y.subsidised, 'no') AS subsidised,
        CASE WHEN s.wage_idr <= 1000000000 THEN CAST(floor(s.wage_idr + 0.5) AS BIGINT) END AS wage_idr,
        s.months_behind AS behind
    FROM membership_status AS s
    LEFT JOIN payers AS y ON y.code = s.payer
    WHERE s.segment IN ('PU', 'BPU') AND s.status_rank <= 2
),
based AS (
    SELECT
        o.membership_key, o.is_pu, o.work_region, o.jkk, o.jkm, o.jht, o.jp, o.behind, o.wage_idr IS NULL AS is_unwaged,
        CASE e.size_class WHEN 'micro' THEN 1 WHEN 'small' THEN 2 WHEN 'medium' THEN 3 WHEN 'large' THEN 4 ELSE 5 END
            AS size_rank,
        CASE WHEN o.is_pu THEN coalesce(o.wage_idr, 0) ELSE i.base_idr END AS base_idr,
        r.jkk_ppm, r.jkm_ppm, r.jkm_idr, r.jht_ppm, r.jp_ppm, r.ceiling_idr
    FROM owing AS o
    LEFT JOIN employers AS e ON e.employer_id = o.employer_id AND e.employer_division = o.employer_division
    LEFT JOIN income_steps AS i
        ON i.step = CASE
            WHEN NOT o.is_pu
                THEN least(CAST(floor(coalesce(o.wage_idr, 0) / 100000) AS BIGINT), $last_income_step)
        END
    LEFT JOIN rates AS r
        ON r.segment = o.segment AND r.division = coalesce(o.division, substr(e.kbli, 1, 2), '00')
        AND r.subsidised = o.subsidised
)
SELECT
    b.membership_key, CAST(substr(b.work_region, 1, 2) AS SMALLINT) AS province, b.is_pu,
    CAST(CASE WHEN b.is_pu THEN b.size_rank ELSE 0 END AS SMALLINT) AS size_rank, b.is_unwaged,
    CAST(greatest(b.behind, 0) AS SMALLINT) AS months_behind,
    CAST(
        CASE WHEN b.jkk THEN floor(CAST(b.base_idr * b.jkk_ppm + 500000 AS DOUBLE) / 1000000) ELSE 0 END
        + CASE WHEN b.jkm THEN floor(CAST(b.base_idr * b.jkm_ppm + 500000 AS DOUBLE) / 1000000) + b.jkm_idr ELSE 0 END
        + CASE WHEN b.jht THEN floor(CAST(b.base_idr * b.jht_ppm + 500000 AS DOUBLE) / 1000000) ELSE 0 END
        + CASE WHEN b.jp THEN floor(CAST(least(b.base_idr, b.ceiling_idr) * b.jp_ppm + 500000 AS DOUBLE) / 1000000) ELSE 0 END
        AS INTEGER
    ) AS due_idr
FROM based AS b
