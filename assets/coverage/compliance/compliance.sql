-- compliance: contributions due at the statutory rates of the month, paid, and in arrears.
-- Grain: province of registration or nation x segment x size of the employer.
-- Units: memberships, months, IDR; ratios as fractions.
-- Source: compliance_cells, last_payment_day.
-- Where the delivery of a segment shows no payment on or after its due day, the number of payments in time is unknown. It is then
-- empty for the segment and for the row all, because a partial number would be too low.
WITH cells AS (
    SELECT
        CAST(cells.province AS STRING) AS province_code, CASE WHEN cells.is_pu THEN 'PU' ELSE 'BPU' END AS segment,
        CASE cells.size_rank
            WHEN 0 THEN 'none' WHEN 1 THEN 'micro' WHEN 2 THEN 'small' WHEN 3 THEN 'medium' WHEN 4 THEN 'large'
            ELSE 'unknown'
        END AS size_class,
        cells.due_memberships, cells.paid_memberships,
        CASE WHEN last_day.paid_until >= CASE WHEN cells.is_pu THEN $pu_due_on ELSE $bpu_due_on END
            THEN cells.in_time_memberships END AS in_time_memberships,
        cells.arrears_memberships, cells.arrears_months, cells.unwaged_memberships, cells.underpaid_memberships,
        cells.due_idr, coalesce(cells.paid_idr, 0) AS paid_idr, coalesce(cells.late_idr, 0) AS late_idr
    FROM compliance_cells AS cells
    CROSS JOIN last_payment_day AS last_day
),
summed AS (
    SELECT
        CASE WHEN GROUPING(province_code) = 1 THEN 'ID' ELSE province_code END AS province_code,
        CASE WHEN GROUPING(segment) = 1 THEN 'all' ELSE segment END AS segment,
        CASE WHEN GROUPING(size_class) = 1 THEN 'all' ELSE size_class END AS size_class,
        CAST(sum(due_memberships) AS BIGINT) AS due_memberships,
        CAST(sum(paid_memberships) AS BIGINT) AS paid_memberships,
        CASE WHEN count(*) = count(in_time_memberships) THEN CAST(sum(in_time_memberships) AS BIGINT) END
            AS in_time_memberships,
        CAST(sum(arrears_memberships) AS BIGINT) AS arrears_memberships,
        CAST(sum(arrears_months) AS BIGINT) AS arrears_months,
        CAST(sum(unwaged_memberships) AS BIGINT) AS unwaged_memberships,
        CAST(sum(underpaid_memberships) AS BIGINT) AS underpaid_memberships,
        CAST(sum(due_idr) AS BIGINT) AS due_idr, CAST(sum(paid_idr) AS BIGINT) AS paid_idr,
        CAST(sum(late_idr) AS BIGINT) AS late_idr
    FROM cells
    GROUP BY GROUPING SETS (
        (province_code, segment, size_class), (province_code, segment), (province_code),
        (segment, size_class), (segment), ()
    )
    HAVING count(*) > 0 -- of no membership at all the empty grouping set would still give a row
)
SELECT
    $month AS month, province_code, segment, size_class, due_memberships, paid_memberships,
    in_time_memberships, arrears_memberships, arrears_months, unwaged_memberships, underpaid_memberships,
    due_idr, paid_idr, late_idr, $history_months AS history_months,
    CAST(paid_idr AS DOUBLE) / nullif(CAST(due_idr AS DOUBLE), 0) AS paid_ratio,
    CAST(paid_memberships AS DOUBLE) / nullif(CAST(due_memberships AS DOUBLE), 0) AS density_ratio,
    CAST(in_time_memberships AS DOUBLE) / nullif(CAST(due_memberships AS DOUBLE), 0) AS in_time_ratio,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM summed
