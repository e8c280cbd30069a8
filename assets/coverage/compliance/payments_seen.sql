-- payments_seen: up to which day the month's delivery shows payments. A working table.
-- Grain: one row. Unit: day; empty: it shows none. Source: contributions. A day after the month that follows the delivery's is a
-- slip (rule paid_by_delivery) and says nothing.
SELECT max(c.paid_on) AS paid_until
FROM contributions AS c
WHERE CAST(year(c.paid_on) AS INTEGER) * 12 + CAST(month(c.paid_on) AS INTEGER) <= $month_index + $paid_after_months
