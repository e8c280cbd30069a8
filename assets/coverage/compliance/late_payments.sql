-- late_payments: amounts received with the delivery of the month for months before it, by membership. A person-level working table.
-- Grain: one row per membership with such a payment.
-- Unit: whole IDR.
-- Source: late_received without late_repeated, divided over months as in payments_of_month.
-- Where a payment also covers the month or later ones, that part is not late.
WITH past_payments AS (
    SELECT
        late_received.membership_key, CAST(late_received.months AS INTEGER) AS months,
        CAST(floor(late_received.amount_idr + 0.5) AS INTEGER) AS amount_idr,
        CAST(year(late_received.month_from) AS INTEGER) * 12 + CAST(month(late_received.month_from) AS INTEGER)
            + CAST(late_received.months AS INTEGER)
            - $month_index AS months_after
    FROM late_received
    LEFT JOIN late_repeated
        ON late_repeated.membership_key = late_received.membership_key AND late_repeated.programme = late_received.programme
            AND late_repeated.month_from = late_received.month_from
        AND late_repeated.months = late_received.months AND late_repeated.amount_idr = late_received.amount_idr
        AND late_repeated.paid_on = late_received.paid_on
    WHERE
        late_repeated.membership_key IS NULL AND late_received.amount_idr >= 0.5 AND late_received.amount_idr <= 2000000000
)
SELECT
    membership_key,
    CAST(sum(
        amount_idr - CAST(floor(amount_idr / nullif(months, 0)) AS INTEGER) * greatest(months_after, 0)
    ) AS BIGINT) AS late_idr
FROM past_payments
GROUP BY membership_key
