-- payments_of_month: what came in for the month, by membership. A view, person-level: read once, never stored.
-- Grain: one row a membership with a payment that covers the month. Unit: whole IDR; paid_on: the first day of payment.
-- Source: contributions (payments delivered in the month) and prepaid (of earlier deliveries; a payment that is in both counts
-- once).
-- A payment is spread: floor(amount / months) a month, what remains in its first month. Payments of nothing and of more
-- than two billion IDR (a year's dues of the highest plausible wage is below one billion) say nothing and are left out.
WITH received AS (
    SELECT c.membership_key, c.month_from, c.months, c.amount_idr, c.paid_on
    FROM contributions AS c
    LEFT JOIN prepaid AS p
        ON p.membership_key = c.membership_key AND p.programme = c.programme AND p.month_from = c.month_from
        AND p.months = c.months AND p.amount_idr = c.amount_idr AND p.paid_on = c.paid_on
    WHERE p.membership_key IS NULL
    UNION ALL
    SELECT p.membership_key, p.month_from, p.months, p.amount_idr, p.paid_on FROM prepaid AS p
),
indexed AS (
    SELECT
        r.membership_key, CAST(year(r.month_from) AS INTEGER) * 12 + CAST(month(r.month_from) AS INTEGER) AS first_month,
        CAST(r.months AS INTEGER) AS months, CAST(floor(r.amount_idr + 0.5) AS INTEGER) AS amount_idr, r.paid_on
    FROM received AS r
    WHERE r.amount_idr >= 0.5 AND r.amount_idr <= 2000000000
),
covering AS (
    SELECT
        i.membership_key, i.first_month, i.months, i.amount_idr, i.paid_on,
        CAST(floor(i.amount_idr / nullif(i.months, 0)) AS INTEGER) AS monthly_idr
    FROM indexed AS i
    WHERE i.first_month <= $month_index AND i.first_month + i.months > $month_index
)
SELECT
    v.membership_key, min(v.paid_on) AS paid_on,
    CAST(sum(
        CASE WHEN v.first_month = $month_index THEN v.amount_idr - v.monthly_idr * (v.months - 1) ELSE v.monthly_idr END
    ) AS BIGINT) AS paid_idr
FROM covering AS v
GROUP BY v.membership_key
