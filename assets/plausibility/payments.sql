-- payments: the number of payments and the last day of payment. A result.
-- Grain: one row.
-- Units: payments, day.
-- Source: contributions of the month.
SELECT count(*) AS payments, max(paid_on) AS last_paid_on
FROM contributions
