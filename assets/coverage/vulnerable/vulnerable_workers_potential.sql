-- vulnerable_workers_potential: vulnerable workers who are eligible. A working table.
-- Grain: province, and the nation.
-- Unit: persons.
-- Source: regional_vulnerable (newest survey wave up to the month).
-- Where one region of a province reports no number, the number of the province and of the nation is unknown. The nation has a row even
-- without a survey.
SELECT
    substr(region_code, 1, 2) AS province_code,
    CASE WHEN count(*) = count(vulnerable_persons) THEN CAST(sum(vulnerable_persons) AS BIGINT) END
        AS potential_persons
FROM regional_vulnerable
GROUP BY substr(region_code, 1, 2)
UNION ALL
SELECT
    'ID',
    CASE WHEN count(*) = count(vulnerable_persons) THEN CAST(sum(vulnerable_persons) AS BIGINT) END
FROM regional_vulnerable
