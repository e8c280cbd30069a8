-- prepaid: payments of earlier deliveries that cover the month, each once. A working table, person-level.
-- Grain: one row a payment. Unit: IDR for all months of the payment. Source: prepayments (deliveries of the months before).
-- A payment is the same where it is the same in everything: membership, programme, first month, months, amount, day.
SELECT p.membership_key, p.programme, p.month_from, p.months, p.amount_idr, p.paid_on
FROM prepayments AS p
WHERE
    p.month_from <= $month
    AND CAST(year(p.month_from) AS INTEGER) * 12 + CAST(month(p.month_from) AS INTEGER) + p.months > $month_index
GROUP BY p.membership_key, p.programme, p.month_from, p.months, p.amount_idr, p.paid_on
