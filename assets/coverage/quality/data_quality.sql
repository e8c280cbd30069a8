-- data_quality: what the rules found in the deliveries of the month.
-- Grain: extract x office x rule. Unit: rows (files for files_rejected and files_repeated,
-- offices for office_missing: delivered the month before, and nothing of it could be read now). Source: ingestion reports.
SELECT
    $month AS month, r.extract, r.office_code, r.rule, r.severity,
    CAST(sum(r.applicable_rows) AS BIGINT) AS applicable_rows, CAST(sum(r.broken_rows) AS BIGINT) AS broken_rows,
    CASE
        WHEN r.severity = 'volume' THEN 'passed'
        WHEN sum(r.applicable_rows) = 0 THEN 'not_applicable'
        WHEN sum(r.broken_rows) = 0 THEN 'passed'
        ELSE 'failed'
    END AS status,
    CAST(NULL AS STRING) AS conf_status
FROM rule_counts AS r
GROUP BY r.extract, r.office_code, r.rule, r.severity
