-- payments_of_month: amounts received for the month, by membership. A person-level view: read once, never stored.
-- Grain: one row per membership with a payment that covers the month.
-- Unit: whole IDR; paid_on is the first day of payment.
-- Source: contributions (delivered in the month), prepaid (earlier deliveries; a payment in both counts once).
-- A payment is divided over its months: floor(amount / months) per month, and the remainder in the first month. Payments of zero,
-- and of more than two billion IDR (a year at the highest plausible wage costs less than one billion), are ignored as errors.
WITH received AS (
    SELECT contributions.membership_key, contributions.month_from, contributions.months, contributions.amount_idr,
        contributions.paid_on
    FROM contributions
    LEFT JOIN prepaid
        ON prepaid.membership_key = contributions.membership_key AND prepaid.programme = contributions.programme
            AND prepaid.month_from = contributions.month_from
        AND prepaid.months = contributions.months AND prepaid.amount_idr = contributions.amount_idr
        AND prepaid.paid_on = contributions.paid_on
    WHERE prepaid.membership_key IS NULL
    UNION ALL
    SELECT prepaid.membership_key, prepaid.month_from, prepaid.months, prepaid.amount_idr, prepaid.paid_on FROM prepaid
),
indexed AS (
    SELECT
        received.membership_key,
        CAST(year(received.month_from) AS INTEGER) * 12 + CAST(month(received.month_from) AS INTEGER) AS first_month,
        CAST(received.months AS INTEGER) AS months, CAST(floor(received.amount_idr + 0.5) AS INTEGER) AS amount_idr,
        received.paid_on
    FROM received
    WHERE received.amount_idr >= 0.5 AND received.amount_idr <= 2000000000
),
covering AS (
    SELECT
        indexed.membership_key, indexed.first_month, indexed.months, indexed.amount_idr, indexed.paid_on,
        CAST(floor(indexed.amount_idr / nullif(indexed.months, 0)) AS INTEGER) AS monthly_idr
    FROM indexed
    WHERE indexed.first_month <= $month_index AND indexed.first_month + indexed.months > $month_index
)
SELECT
    covering.membership_key, min(covering.paid_on) AS paid_on,
    CAST(sum(
        CASE WHEN covering.first_month = $month_index THEN covering.amount_idr - covering.monthly_idr * (covering.months - 1)
            ELSE covering.monthly_idr END
    ) AS BIGINT) AS paid_idr
FROM covering
GROUP BY covering.membership_key
