-- en: Which rules were broken most, by extract?
-- id: Aturan mana yang paling sering dilanggar, menurut data?
SELECT extract, rule, severity, count(*) AS offices,
    CASE WHEN count(*) = count(broken_rows) THEN CAST(sum(broken_rows) AS BIGINT) END AS broken_rows
FROM data_quality
WHERE month = $month AND status = 'failed'
GROUP BY extract, rule, severity
ORDER BY broken_rows DESC NULLS LAST, extract, rule
LIMIT 20
