-- late_received: payments of the month's delivery for months before it. A working table, person-level.
-- Grain: one row a payment. Unit: IDR for all months of the payment. Source: contributions.
SELECT c.membership_key, c.programme, c.month_from, c.months, c.amount_idr, c.paid_on
FROM contributions AS c
WHERE c.month_from < $month
