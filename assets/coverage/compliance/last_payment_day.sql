-- last_payment_day: the last day of payment that the delivery of the month shows. A working table.
-- Grain: one row.
-- Unit: day; empty where the delivery shows no payment.
-- Source: contributions.
-- A day after the month that follows the delivery is an error (rule paid_by_delivery) and is ignored.
SELECT max(paid_on) AS paid_until
FROM contributions
WHERE CAST(year(paid_on) AS INTEGER) * 12 + CAST(month(paid_on) AS INTEGER) <= $month_index + $paid_after_months
