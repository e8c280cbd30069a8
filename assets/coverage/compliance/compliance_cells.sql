-- compliance_cells: what is due and what was paid for the month. A working table.
-- Grain: province of registration x segment x size of the employer. Units: memberships, months, IDR.
-- Source: dues, payments_of_month, late_payments. Money of memberships that do not owe the month is not counted,
-- and none for the month of wage earners without a wage: what is paid is of memberships whose due is known.
SELECT
    d.province, d.is_pu, d.size_rank, count(*) AS due_memberships,
    CAST(sum(CASE WHEN d.months_behind = 0 THEN 1 ELSE 0 END) AS BIGINT) AS paid_memberships,
    CAST(sum(CASE WHEN p.paid_on <= CASE WHEN d.is_pu THEN $pu_due_on ELSE $bpu_due_on END THEN 1 ELSE 0 END) AS BIGINT)
        AS in_time_memberships,
    CAST(sum(CASE WHEN d.months_behind > 0 THEN 1 ELSE 0 END) AS BIGINT) AS arrears_memberships,
    CAST(sum(CAST(d.months_behind AS INTEGER)) AS BIGINT) AS arrears_months,
    CAST(sum(CASE WHEN d.is_unwaged THEN 1 ELSE 0 END) AS BIGINT) AS unwaged_memberships,
    CAST(sum(CASE WHEN p.paid_on IS NOT NULL AND p.paid_idr < d.due_idr THEN 1 ELSE 0 END) AS BIGINT)
        AS underpaid_memberships,
    CAST(sum(d.due_idr) AS BIGINT) AS due_idr,
    CAST(sum(CASE WHEN d.is_unwaged AND d.is_pu THEN 0 ELSE p.paid_idr END) AS BIGINT) AS paid_idr,
    CAST(sum(l.late_idr) AS BIGINT) AS late_idr
FROM dues AS d
LEFT JOIN payments_of_month AS p ON p.membership_key = d.membership_key
LEFT JOIN late_payments AS l ON l.membership_key = d.membership_key
GROUP BY d.province, d.is_pu, d.size_rank
