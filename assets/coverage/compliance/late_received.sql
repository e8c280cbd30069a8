-- late_received: payments in the delivery of the month for months before it. A person-level working table.
-- Grain: one row per payment.
-- Unit: IDR for all months of the payment.
-- Source: contributions.
SELECT membership_key, programme, month_from, months, amount_idr, paid_on
FROM contributions
WHERE month_from < $month
