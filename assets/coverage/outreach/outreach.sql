-- outreach: activities, reach, cost and new enrolments by channel and segment; what was seen to follow is association.
-- Grain: month held x province or nation x segment x channel or all. Units: activities, persons, IDR.
-- Reach and cost are empty where one activity does not tell, and so is the cost per enrolment.
-- Source: outreach_done, outreach_entries (persons who entered or re-entered), outreach_effects.
WITH entered AS (
    SELECT h.held_index, e.region_code, e.segment, CAST(sum(e.entries) AS BIGINT) AS entries
    FROM outreach_months AS h
    JOIN outreach_entries AS e
        ON e.month_index > h.held_index AND e.month_index <= h.held_index + h.months_observed
    GROUP BY h.held_index, e.region_code, e.segment
),
placed AS (
    SELECT
        h.held_month, h.held_index, p.province_code, d.segment, d.channel, h.months_observed,
        CAST(sum(d.activities) AS BIGINT) AS activities, count(*) AS regencies,
        CASE WHEN count(*) = count(d.reach_persons) THEN CAST(sum(d.reach_persons) AS BIGINT) END AS reach_persons,
        CASE WHEN count(*) = count(d.cost_idr) THEN CAST(sum(d.cost_idr) AS BIGINT) END AS cost_idr,
        CASE WHEN h.months_observed > 0 THEN CAST(coalesce(sum(e.entries), 0) AS BIGINT) END AS new_enrolments
    FROM outreach_done AS d
    JOIN outreach_months AS h ON h.held_index = d.held_index
    JOIN outreach_places AS p ON p.member_code = d.region_code
    LEFT JOIN entered AS e
        ON e.held_index = d.held_index AND e.region_code = d.region_code AND e.segment = d.segment
    GROUP BY h.held_month, h.held_index, p.province_code, d.segment, d.channel, h.months_observed
)
SELECT
    $month AS month, p.held_month, p.province_code, p.segment, p.channel, p.activities, p.regencies, p.reach_persons,
    p.cost_idr, p.months_observed, p.new_enrolments,
    CAST(p.cost_idr AS DOUBLE) / nullif(CAST(p.new_enrolments AS DOUBLE), 0) AS cost_per_enrolment_idr,
    f.treated AS treated_regencies, f.comparisons AS comparison_regencies, f.additional AS additional_enrolments,
    f.error AS additional_error, f.additional - f.quantile * f.error AS additional_low,
    f.additional + f.quantile * f.error AS additional_high,
    CASE WHEN f.additional - f.quantile * f.error > 0
        THEN CAST(f.cost_idr AS DOUBLE) / nullif(f.additional, 0) END AS cost_per_additional_idr,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM placed AS p
LEFT JOIN outreach_effects AS f
    ON f.held_index = p.held_index AND f.province_code = p.province_code AND f.segment = p.segment
    AND f.channel = p.channel
