-- payments_of_month: what came in for the month and for months before, by membership. A working table, person-level.
-- Grain: one row a membership with a payment that covers the month or an earlier one. Unit: whole IDR.
-- Source: contributions (payments delivered in the month) and prepayments (delivered in the eleven months before).
-- A payment is spread: floor(amount / months) a month, what remains in its first month. Payments of nothing and of more
-- than two billion IDR (a year's dues of the highest plausible wage is below one billion) say nothing and are left out.
WITH received AS (
    SELECT
        c.membership_key, CAST(year(c.month_from) AS INTEGER) * 12 + CAST(month(c.month_from) AS INTEGER) AS first_month,
        CAST(c.months AS INTEGER) AS months, CAST(floor(c.amount_idr + 0.5) AS INTEGER) AS amount_idr, c.paid_on,
        TRUE AS is_now
    FROM contributions AS c
    WHERE c.amount_idr >= 0.5 AND c.amount_idr <= 2000000000
    UNION ALL
    SELECT
        p.membership_key, CAST(year(p.month_from) AS INTEGER) * 12 + CAST(month(p.month_from) AS INTEGER),
        CAST(p.months AS INTEGER), CAST(floor(p.amount_idr + 0.5) AS INTEGER), p.paid_on, FALSE
    FROM prepayments AS p
    WHERE p.amount_idr >= 0.5 AND p.amount_idr <= 2000000000
),
spread AS (
    SELECT
        r.membership_key, r.first_month, r.first_month + r.months AS after_last, r.months, r.amount_idr, r.paid_on, r.is_now,
        CAST(floor(r.amount_idr / r.months) AS INTEGER) AS monthly_idr
    FROM received AS r
    WHERE r.first_month <= $month_index AND (r.is_now OR r.first_month + r.months > $month_index)
),
shares AS (
    SELECT
        s.membership_key, CASE WHEN s.after_last > $month_index THEN s.paid_on END AS paid_on,
        CASE
            WHEN s.first_month = $month_index THEN s.amount_idr - s.monthly_idr * (s.months - 1)
            WHEN s.after_last > $month_index THEN s.monthly_idr
            ELSE 0
        END AS paid_idr,
        CASE
            WHEN s.is_now AND s.first_month < $month_index
                THEN s.amount_idr - s.monthly_idr * greatest(s.after_last - $month_index, 0)
            ELSE 0
        END AS late_idr
    FROM spread AS s
)
SELECT
    membership_key, CAST(sum(paid_idr) AS BIGINT) AS paid_idr, CAST(sum(late_idr) AS BIGINT) AS late_idr,
    min(paid_on) AS paid_on
FROM shares
GROUP BY membership_key
