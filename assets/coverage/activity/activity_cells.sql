-- activity_cells: members by status and time without protection, and persons who returned in the month. A working table.
-- Grain: province of residence x segment x payer x channel x status x time without protection x returned or not.
-- Unit: persons.
-- Source: persons and person_status_codes (members at the end of the month), transitions (persons who returned).
-- dormancy: 0 protected, then 1 to 3, 4 to 6, 7 to 12, 13 to 24 and more than 24 months.
WITH members AS (
    SELECT
        home_regency, status_code,
        CASE
            WHEN dormant_months = 0 THEN 0 WHEN dormant_months <= 3 THEN 1 WHEN dormant_months <= 6 THEN 2
            WHEN dormant_months <= 12 THEN 3 WHEN dormant_months <= 24 THEN 4 ELSE 5
        END AS dormancy,
        count(*) AS persons
    FROM persons
    GROUP BY
        home_regency, status_code,
        CASE
            WHEN dormant_months = 0 THEN 0 WHEN dormant_months <= 3 THEN 1 WHEN dormant_months <= 6 THEN 2
            WHEN dormant_months <= 12 THEN 3 WHEN dormant_months <= 24 THEN 4 ELSE 5
        END
),
counted AS (
    SELECT
        substr(lpad(CAST(members.home_regency AS STRING), 4, '0'), 1, 2) AS province_code, codes.segment, codes.payer,
        codes.channel, codes.status, members.dormancy, members.persons, CAST(0 AS BIGINT) AS re_entered
    FROM members
    JOIN person_status_codes AS codes ON codes.status_code = members.status_code
    UNION ALL
    SELECT
        substr(region_now, 1, 2), segment_now, payer_now, channel_now, 'protected', 0, CAST(0 AS BIGINT), persons
    FROM transitions
    WHERE kind = 're_entered'
)
SELECT
    province_code, segment, coalesce(payer, 'not_stated') AS payer, coalesce(channel, 'not_stated') AS channel, status, dormancy,
    CAST(sum(persons) AS BIGINT) AS persons, CAST(sum(re_entered) AS BIGINT) AS re_entered
FROM counted
GROUP BY province_code, segment, coalesce(payer, 'not_stated'), coalesce(channel, 'not_stated'), status, dormancy
