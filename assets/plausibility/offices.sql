-- offices: accepted memberships by office, how many are in each programme, and how many have no valid NIK. A result.
-- Grain: office.
-- Unit: memberships.
-- Source: memberships of the month.
SELECT
    coalesce(office_code, 'unknown') AS office_code, count(*) AS memberships,
    CAST(sum(CASE WHEN jkk THEN 1 ELSE 0 END) AS BIGINT) AS jkk,
    CAST(sum(CASE WHEN jkm THEN 1 ELSE 0 END) AS BIGINT) AS jkm,
    CAST(sum(CASE WHEN jht THEN 1 ELSE 0 END) AS BIGINT) AS jht,
    CAST(sum(CASE WHEN jp THEN 1 ELSE 0 END) AS BIGINT) AS jp,
    CAST(sum(CASE WHEN jkp THEN 1 ELSE 0 END) AS BIGINT) AS jkp,
    CAST(sum(CASE WHEN identity = 'membership' THEN 1 ELSE 0 END) AS BIGINT) AS without_nik
FROM memberships
GROUP BY coalesce(office_code, 'unknown')
