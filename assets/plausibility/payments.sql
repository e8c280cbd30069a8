-- payments: until when payments were delivered. A result.
-- Grain: one row. Unit: day. Source: contributions of the month.
SELECT count(*) AS payments, max(c.paid_on) AS last_paid_on
FROM contributions AS c
