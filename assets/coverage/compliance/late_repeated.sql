-- late_repeated: payments of late_received that an earlier delivery also contained. A person-level working table.
-- Grain: one row per payment.
-- Unit: IDR for all months of the payment.
-- Source: late_received, earlier_contributions (the delivery of the month before), prepayments.
-- A payment in two deliveries belongs to the first. Only earlier payments from the day of the oldest late payment on can match, so
-- little of the earlier delivery is read.
WITH since AS (
    SELECT min(paid_on) AS paid_on FROM late_received
),
earlier AS (
    SELECT earlier.membership_key, earlier.programme, earlier.month_from, earlier.months, earlier.amount_idr, earlier.paid_on
    FROM earlier_contributions AS earlier
    JOIN since ON earlier.paid_on >= since.paid_on
    UNION ALL
    SELECT prepayments.membership_key, prepayments.programme, prepayments.month_from, prepayments.months, prepayments.amount_idr,
        prepayments.paid_on
    FROM prepayments
    JOIN since ON prepayments.paid_on >= since.paid_on
)
SELECT late_received.membership_key, late_received.programme, late_received.month_from, late_received.months,
    late_received.amount_idr, late_received.paid_on
FROM earlier
JOIN late_received
    ON late_received.membership_key = earlier.membership_key AND late_received.programme = earlier.programme
        AND late_received.month_from = earlier.month_from
    AND late_received.months = earlier.months AND late_received.amount_idr = earlier.amount_idr
    AND late_received.paid_on = earlier.paid_on
GROUP BY late_received.membership_key, late_received.programme, late_received.month_from, late_received.months,
    late_received.amount_idr, late_received.paid_on
