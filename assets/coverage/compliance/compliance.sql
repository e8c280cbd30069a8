-- compliance: contributions due at the statutory rate of the month, paid, and in arrears.
-- Grain: province of registration or nation x segment x size of the employer. Units: memberships, months, IDR; ratios as
-- fractions. Source: compliance_cells, payments_seen.
-- Whether a payment came in time is not known of a segment where the delivery shows no payment of its due day or after: how many
-- did is then empty, for the segment and for all, never too low.
WITH cells AS (
    SELECT
        CAST(c.province AS STRING) AS province_code, CASE WHEN c.is_pu THEN 'PU' ELSE 'BPU' END AS segment,
        CASE c.size_rank
            WHEN 0 THEN 'none' WHEN 1 THEN 'micro' WHEN 2 THEN 'small' WHEN 3 THEN 'medium' WHEN 4 THEN 'large'
            ELSE 'unknown'
        END AS size_class,
        c.due_memberships, c.paid_memberships,
        CASE WHEN s.paid_until >= CASE WHEN c.is_pu THEN $pu_due_on ELSE $bpu_due_on END THEN c.in_time_memberships END
            AS in_time_memberships,
        c.arrears_memberships, c.arrears_months, c.unwaged_memberships, c.underpaid_memberships,
        c.due_idr, coalesce(c.paid_idr, 0) AS paid_idr, coalesce(c.late_idr, 0) AS late_idr
    FROM compliance_cells AS c
    CROSS JOIN payments_seen AS s
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
    $month AS month, s.province_code, s.segment, s.size_class, s.due_memberships, s.paid_memberships,
    s.in_time_memberships, s.arrears_memberships, s.arrears_months, s.unwaged_memberships, s.underpaid_memberships,
    s.due_idr, s.paid_idr, s.late_idr, $history_months AS history_months,
    CAST(s.paid_idr AS DOUBLE) / nullif(CAST(s.due_idr AS DOUBLE), 0) AS paid_ratio,
    CAST(s.paid_memberships AS DOUBLE) / nullif(CAST(s.due_memberships AS DOUBLE), 0) AS density_ratio,
    CAST(s.in_time_memberships AS DOUBLE) / nullif(CAST(s.due_memberships AS DOUBLE), 0) AS in_time_ratio,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM summed AS s
