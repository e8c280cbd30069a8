-- outreach_effects: entrants above the number expected from the comparison regencies, with error. A working table.
-- Grain: month of the activities x province or nation x segment x channel.
-- Unit: persons.
-- Source: outreach_compared, student_terms (Student's t, two-sided 95 %).
-- Difference in differences by ratio of sums: change - base x (change / base of the comparison). The estimate is about these
-- regencies. Its error has three parts: the residuals of the comparison regencies around their common rate, scaled by the base or by
-- its square, whichever is larger; the error of that rate; and the Poisson error of the additional persons. The degrees of freedom
-- are the effective number of comparison regencies less one. An association, not a proof.
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
residuals AS (
    SELECT
        rates.held_index, rates.province_code, rates.segment, rates.channel, rates.treated, rates.comparisons, rates.cost_idr,
        rates.base, rates.base_square,
        rates.comparison_base, rates.comparison_square, rates.freedom, rates.change - rates.rate * rates.base AS additional,
        rates.correction * greatest(
            rates.change_square - 2 * rates.rate * rates.product + rates.rate * rates.rate * rates.comparison_square, 0
        ) AS squares
    FROM rates
    WHERE rates.freedom >= 3
),
errors AS (
    SELECT
        residuals.held_index, residuals.province_code, residuals.segment, residuals.channel, residuals.treated,
        residuals.comparisons, residuals.cost_idr, residuals.additional, residuals.freedom,
        sqrt(
            residuals.squares * greatest(
                residuals.base / nullif(residuals.comparison_base, 0),
                residuals.base_square / nullif(residuals.comparison_square, 0)
            )
            + residuals.squares * residuals.base * residuals.base / nullif(residuals.comparison_base * residuals.comparison_base, 0)
            + greatest(residuals.additional, 0)
        ) AS error
    FROM residuals
)
SELECT
    errors.held_index, errors.province_code, errors.segment, errors.channel, errors.treated, errors.comparisons, errors.cost_idr,
    errors.additional,
    nullif(errors.error, 0) AS error,
    student.normal + CAST(student.over_1 AS DOUBLE) / nullif(errors.freedom, 0)
        + CAST(student.over_2 AS DOUBLE) / nullif(errors.freedom * errors.freedom, 0)
        + CAST(student.over_3 AS DOUBLE) / nullif(errors.freedom * errors.freedom * errors.freedom, 0) AS quantile
FROM errors
CROSS JOIN student_terms AS student
