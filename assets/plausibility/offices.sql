-- offices: accepted memberships by office, how many are in each programme, and how many have no valid NIK. A result.
-- Grain: office. Unit: memberships. Source: memberships of the month.
SELECT
    coalesce(m.office_code, 'unknown') AS office_code, count(*) AS memberships,
    CAST(sum(CASE WHEN m.jkk THEN 1 ELSE 0 END) AS BIGINT) AS jkk,
    CAST(sum(CASE WHEN m.jkm THEN 1 ELSE 0 END) AS BIGINT) AS jkm,
    CAST(sum(CASE WHEN m.jht THEN 1 ELSE 0 END) AS BIGINT) AS jht,
    CAST(sum(CASE WHEN m.jp THEN 1 ELSE 0 END) AS BIGINT) AS jp,
    CAST(sum(CASE WHEN m.jkp THEN 1 ELSE 0 END) AS BIGINT) AS jkp,
    CAST(sum(CASE WHEN m.identity = 'membership' THEN 1 ELSE 0 END) AS BIGINT) AS without_nik
FROM memberships AS m
GROUP BY coalesce(m.office_code, 'unknown')
