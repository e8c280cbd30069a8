-- data_quality: results of the rules in the deliveries of the month.
-- Grain: extract x office x rule.
-- Unit: rows; files for files_rejected and files_repeated; offices for office_missing (delivered the month before, and nothing of it
-- could be read now).
-- Source: rule_counts (the ingestion reports).
SELECT
    $month AS month, extract, office_code, rule, severity,
    CAST(sum(applicable_rows) AS BIGINT) AS applicable_rows, CAST(sum(broken_rows) AS BIGINT) AS broken_rows,
    CASE
        WHEN severity = 'volume' THEN 'passed'
        WHEN sum(applicable_rows) = 0 THEN 'not_applicable'
        WHEN sum(broken_rows) = 0 THEN 'passed'
        ELSE 'failed'
    END AS status,
    CAST(NULL AS STRING) AS conf_status
FROM rule_counts
GROUP BY extract, office_code, rule, severity
