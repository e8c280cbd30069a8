-- late_repeated: payments of late_received that an earlier delivery showed too. A working table, person-level.
-- Grain: one row a payment. Unit: IDR for all months of the payment. Source: late_received, earlier_contributions (the delivery of
-- the month before), prepayments. What came in two deliveries came in with the first. Where the deliveries follow each other day by
-- day nothing of the earlier one is as young as the oldest late payment, and little of it is read.
WITH since AS (
    SELECT min(l.paid_on) AS paid_on FROM late_received AS l
),
earlier AS (
    SELECT c.membership_key, c.programme, c.month_from, c.months, c.amount_idr, c.paid_on
    FROM earlier_contributions AS c
    JOIN since AS s ON c.paid_on >= s.paid_on
    UNION ALL
    SELECT p.membership_key, p.programme, p.month_from, p.months, p.amount_idr, p.paid_on
    FROM prepayments AS p
    JOIN since AS s ON p.paid_on >= s.paid_on
)
SELECT l.membership_key, l.programme, l.month_from, l.months, l.amount_idr, l.paid_on
FROM earlier AS e
JOIN late_received AS l
    ON l.membership_key = e.membership_key AND l.programme = e.programme AND l.month_from = e.month_from
    AND l.months = e.months AND l.amount_idr = e.amount_idr AND l.paid_on = e.paid_on
GROUP BY l.membership_key, l.programme, l.month_from, l.months, l.amount_idr, l.paid_on
