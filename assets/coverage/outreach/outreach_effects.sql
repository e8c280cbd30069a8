-- outreach_effects: entrants above what the comparison regencies would have had, with error. Association, not proof.
-- Grain: month held x province or nation x segment x channel. A working table. Unit: persons. Source: outreach_compared,
-- student_terms.
-- Difference in differences by ratio of sums: change less base x (change / base of the comparison). What is estimated is
-- what happened in these regencies; how they would have strayed without it is read from how the comparison regencies stray
-- from their own rate, in proportion to the base or to its square, whichever is more; the error of that rate is added,
-- and that additional persons come one by one. Student's t (student_terms, two-sided 95 %), for as many regencies as the
-- comparison is worth.
WITH rates AS (
    SELECT
        held_index, province_code, segment, channel, treated, comparisons, cost_idr,
        CAST(change AS DOUBLE) AS change, CAST(base AS DOUBLE) AS base, CAST(base_square AS DOUBLE) AS base_square,
        CAST(comparison_base AS DOUBLE) AS comparison_base, CAST(comparison_base_square AS DOUBLE) AS comparison_square,
        CAST(comparison_change_square AS DOUBLE) AS change_square, CAST(comparison_product AS DOUBLE) AS product,
        CAST(comparison_change AS DOUBLE) / nullif(CAST(comparison_base AS DOUBLE), 0) AS rate,
        CAST(comparisons AS DOUBLE) / nullif(CAST(comparisons - 1 AS DOUBLE), 0) AS correction,
        CAST(comparison_base AS DOUBLE) * CAST(comparison_base AS DOUBLE)
            / nullif(CAST(comparison_base_square AS DOUBLE), 0) - 1 AS freedom
    FROM outreach_compared
),
strayed AS (
    SELECT
        r.held_index, r.province_code, r.segment, r.channel, r.treated, r.comparisons, r.cost_idr, r.base, r.base_square,
        r.comparison_base, r.comparison_square, r.freedom, r.change - r.rate * r.base AS additional,
        r.correction * greatest(r.change_square - 2 * r.rate * r.product + r.rate * r.rate * r.comparison_square, 0)
            AS squares
    FROM rates AS r
    WHERE r.freedom >= 3
),
errors AS (
    SELECT
        s.held_index, s.province_code, s.segment, s.channel, s.treated, s.comparisons, s.cost_idr, s.additional, s.freedom,
        sqrt(
            s.squares * greatest(
                s.base / nullif(s.comparison_base, 0), s.base_square / nullif(s.comparison_square, 0)
            )
            + s.squares * s.base * s.base / nullif(s.comparison_base * s.comparison_base, 0)
            + greatest(s.additional, 0)
        ) AS error
    FROM strayed AS s
)
SELECT
    e.held_index, e.province_code, e.segment, e.channel, e.treated, e.comparisons, e.cost_idr, e.additional,
    nullif(e.error, 0) AS error,
    t.normal + CAST(t.over_1 AS DOUBLE) / nullif(e.freedom, 0) + CAST(t.over_2 AS DOUBLE) / nullif(e.freedom * e.freedom, 0)
        + CAST(t.over_3 AS DOUBLE) / nullif(e.freedom * e.freedom * e.freedom, 0) AS quantile
FROM errors AS e
CROSS JOIN student_terms AS t
