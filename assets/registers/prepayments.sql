-- prepayments: payments delivered in the month that cover a later month, so that later months need not read a year of payments.
-- Grain: one row per payment.
-- Unit: IDR for all months of the payment.
-- Source: contributions.
SELECT
    month, membership_key, programme, month_from, months, amount_idr, paid_on
FROM contributions
WHERE CAST(year(month_from) AS INTEGER) * 12 + CAST(month(month_from) AS INTEGER) + months - 1 > $month_index
