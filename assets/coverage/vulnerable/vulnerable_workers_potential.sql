-- vulnerable_workers_potential: vulnerable workers who could be protected. A working table.
-- Grain: province, and the nation. Unit: persons. Source: regional_vulnerable (newest survey wave up to the month).
-- Where one region of a province does not say how many, the province is not known, nor the nation: no part is taken for
-- the whole. The nation has its row even without a survey.
SELECT
    substr(v.region_code, 1, 2) AS province_code,
    CASE WHEN count(*) = count(v.vulnerable_persons) THEN CAST(sum(v.vulnerable_persons) AS BIGINT) END
        AS potential_persons
FROM regional_vulnerable AS v
GROUP BY substr(v.region_code, 1, 2)
UNION ALL
SELECT
    'ID',
    CASE WHEN count(*) = count(v.vulnerable_persons) THEN CAST(sum(v.vulnerable_persons) AS BIGINT) END
FROM regional_vulnerable AS v
