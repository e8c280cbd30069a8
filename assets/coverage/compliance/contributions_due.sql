-- contributions_due: the statutory amount that each membership owes for the month. A person-level view: read once, never stored.
-- Grain: one row per PU or BPU membership that is protected or in grace at the end of the month.
-- Unit: IDR.
-- Source: membership_status, employers (size, and activity where the membership has none), rates, income_steps, payers (public
-- budgets are excluded from some reliefs).
-- Each programme is rounded to whole IDR. JKP is not billed. A wage above a billion IDR is a misplaced thousands mark (rule
-- wage_plausible) and counts as not stated: the amount due of a wage earner is then unknown, and an own-account worker is in the
-- lowest band. The limit also keeps every product below 2^53, where division and floor are exact in any engine.
WITH members AS (
    SELECT
        memberships.membership_key, memberships.segment, memberships.segment = 'PU' AS is_pu, memberships.work_region,
        substr(memberships.kbli, 1, 2) AS division, memberships.jkk, memberships.jkm, memberships.jht, memberships.jp,
        memberships.employer_id, memberships.employer_division,
        coalesce(payers.subsidised, 'no') AS subsidised,
        CASE WHEN memberships.wage_idr <= 1000000000 THEN CAST(floor(memberships.wage_idr + 0.5) AS BIGINT) END AS wage_idr,
        memberships.months_behind AS behind
    FROM membership_status AS memberships
    LEFT JOIN payers ON payers.code = memberships.payer
    WHERE memberships.segment IN ('PU', 'BPU') AND memberships.status_rank <= 2
),
with_base AS (
    SELECT
        members.membership_key, members.is_pu, members.work_region, members.jkk, members.jkm, members.jht, members.jp,
        members.behind, members.wage_idr IS NULL AS is_unwaged,
        CASE employers.size_class WHEN 'micro' THEN 1 WHEN 'small' THEN 2 WHEN 'medium' THEN 3 WHEN 'large' THEN 4 ELSE 5 END
            AS size_rank,
        CASE WHEN members.is_pu THEN coalesce(members.wage_idr, 0) ELSE steps.base_idr END AS base_idr,
        rates.jkk_ppm, rates.jkm_ppm, rates.jkm_idr, rates.jht_ppm, rates.jp_ppm, rates.ceiling_idr
    FROM members
    LEFT JOIN employers ON employers.employer_id = members.employer_id AND employers.employer_division = members.employer_division
    LEFT JOIN income_steps AS steps
        ON steps.step = CASE
            WHEN NOT members.is_pu
                THEN least(CAST(floor(coalesce(members.wage_idr, 0) / 100000) AS BIGINT), $last_income_step)
        END
    LEFT JOIN rates
        ON rates.segment = members.segment AND rates.division = coalesce(members.division, substr(employers.kbli, 1, 2), '00')
        AND rates.subsidised = members.subsidised
)
SELECT
    membership_key, CAST(substr(work_region, 1, 2) AS SMALLINT) AS province, is_pu,
    CAST(CASE WHEN is_pu THEN size_rank ELSE 0 END AS SMALLINT) AS size_rank, is_unwaged,
    CAST(greatest(behind, 0) AS SMALLINT) AS months_behind,
    CAST(
        CASE WHEN jkk THEN floor(CAST(base_idr * jkk_ppm + 500000 AS DOUBLE) / 1000000) ELSE 0 END
        + CASE WHEN jkm THEN floor(CAST(base_idr * jkm_ppm + 500000 AS DOUBLE) / 1000000) + jkm_idr ELSE 0 END
        + CASE WHEN jht THEN floor(CAST(base_idr * jht_ppm + 500000 AS DOUBLE) / 1000000) ELSE 0 END
        + CASE WHEN jp THEN floor(CAST(least(base_idr, ceiling_idr) * jp_ppm + 500000 AS DOUBLE) / 1000000) ELSE 0 END
        AS INTEGER
    ) AS due_idr
FROM with_base
