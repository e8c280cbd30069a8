-- late_payments: what came in with the month's delivery for months before it, by membership. A working table, person-level.
-- Grain: one row a membership with such a payment. Unit: whole IDR. Source: late_received without late_repeated, spread as
-- payments_of_month says. Of a payment that reaches into the month or beyond, the part for the month and later is not late.
WITH begun AS (
    SELECT
        c.membership_key, CAST(c.months AS INTEGER) AS months, CAST(floor(c.amount_idr + 0.5) AS INTEGER) AS amount_idr,
        CAST(year(c.month_from) AS INTEGER) * 12 + CAST(month(c.month_from) AS INTEGER) + CAST(c.months AS INTEGER)
            - $month_index AS months_after
    FROM late_received AS c
    LEFT JOIN late_repeated AS r
        ON r.membership_key = c.membership_key AND r.programme = c.programme AND r.month_from = c.month_from
        AND r.months = c.months AND r.amount_idr = c.amount_idr AND r.paid_on = c.paid_on
    WHERE
        r.membership_key IS NULL AND c.amount_idr >= 0.5 AND c.amount_idr <= 2000000000
)
SELECT
    b.membership_key,
    CAST(sum(
        b.amount_idr - CAST(floor(b.amount_idr / nullif(b.months, 0)) AS INTEGER) * greatest(b.months_after, 0)
    ) AS BIGINT) AS late_idr
FROM begun AS b
GROUP BY b.membership_key
