-- prepayments: payments delivered in the month that cover a later month, so that a year of payments need not be read again.
-- Grain: one row a payment. Unit: IDR for all months of the payment. Source: contributions.
SELECT
    c.month, c.membership_key, c.programme, c.month_from, c.months, c.amount_idr, c.paid_on
FROM contributions AS c
WHERE CAST(year(c.month_from) AS INTEGER) * 12 + CAST(month(c.month_from) AS INTEGER) + c.months - 1 > $month_index
