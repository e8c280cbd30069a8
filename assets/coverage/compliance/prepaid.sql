-- prepaid: payments of earlier deliveries that cover the month, each once. A person-level working table.
-- Grain: one row per payment.
-- Unit: IDR for all months of the payment.
-- Source: prepayments (deliveries of the months before).
-- Two rows are the same payment where membership, programme, first month, months, amount and day are equal.
SELECT membership_key, programme, month_from, months, amount_idr, paid_on
FROM prepayments
WHERE
    month_from <= $month
    AND CAST(year(month_from) AS INTEGER) * 12 + CAST(month(month_from) AS INTEGER) + months > $month_index
GROUP BY membership_key, programme, month_from, months, amount_idr, paid_on
