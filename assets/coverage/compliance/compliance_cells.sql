-- compliance_cells: contributions due and paid for the month. A working table.
-- Grain: province of registration x segment x size of the employer.
-- Units: memberships, months, IDR.
-- Source: contributions_due, payments_of_month, late_payments.
-- Payments of memberships that do not owe the month are not counted. Neither are payments of wage earners without a wage, because
-- their amount due is unknown.
SELECT
    due.province, due.is_pu, due.size_rank, count(*) AS due_memberships,
    CAST(sum(CASE WHEN due.months_behind = 0 THEN 1 ELSE 0 END) AS BIGINT) AS paid_memberships,
    CAST(sum(CASE WHEN payments.paid_on <= CASE WHEN due.is_pu THEN $pu_due_on ELSE $bpu_due_on END THEN 1 ELSE 0 END) AS BIGINT)
        AS in_time_memberships,
    CAST(sum(CASE WHEN due.months_behind > 0 THEN 1 ELSE 0 END) AS BIGINT) AS arrears_memberships,
    CAST(sum(CAST(due.months_behind AS INTEGER)) AS BIGINT) AS arrears_months,
    CAST(sum(CASE WHEN due.is_unwaged THEN 1 ELSE 0 END) AS BIGINT) AS unwaged_memberships,
    CAST(sum(CASE WHEN payments.paid_on IS NOT NULL AND payments.paid_idr < due.due_idr THEN 1 ELSE 0 END) AS BIGINT)
        AS underpaid_memberships,
    CAST(sum(due.due_idr) AS BIGINT) AS due_idr,
    CAST(sum(CASE WHEN due.is_unwaged AND due.is_pu THEN 0 ELSE payments.paid_idr END) AS BIGINT) AS paid_idr,
    CAST(sum(late.late_idr) AS BIGINT) AS late_idr
FROM contributions_due AS due
LEFT JOIN payments_of_month AS payments ON payments.membership_key = due.membership_key
LEFT JOIN late_payments AS late ON late.membership_key = due.membership_key
GROUP BY due.province, due.is_pu, due.size_rank
