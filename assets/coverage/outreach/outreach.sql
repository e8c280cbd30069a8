-- outreach: activities, reach, cost and new enrolments by channel and segment, and the estimated effect: association, not proof.
-- Grain: month of the activities x province or nation x segment x channel or all.
-- Units: activities, persons, IDR.
-- Source: outreach_by_channel, outreach_entries (persons who entered or re-entered), outreach_effects.
-- Reach, cost and cost per enrolment are empty where one activity does not report them.
WITH entered AS (
    SELECT months.held_index, entries.region_code, entries.segment, CAST(sum(entries.entries) AS BIGINT) AS entries
    FROM outreach_months AS months
    JOIN outreach_entries AS entries
        ON entries.month_index > months.held_index AND entries.month_index <= months.held_index + months.months_observed
    GROUP BY months.held_index, entries.region_code, entries.segment
),
by_province AS (
    SELECT
        months.held_month, months.held_index, regions.province_code, activities.segment, activities.channel, months.months_observed,
        CAST(sum(activities.activities) AS BIGINT) AS activities, count(*) AS regencies,
        CASE WHEN count(*) = count(activities.reach_persons)
            THEN CAST(sum(activities.reach_persons) AS BIGINT) END AS reach_persons,
        CASE WHEN count(*) = count(activities.cost_idr) THEN CAST(sum(activities.cost_idr) AS BIGINT) END AS cost_idr,
        CASE WHEN months.months_observed > 0 THEN CAST(coalesce(sum(entered.entries), 0) AS BIGINT) END AS new_enrolments
    FROM outreach_by_channel AS activities
    JOIN outreach_months AS months ON months.held_index = activities.held_index
    JOIN outreach_regions AS regions ON regions.member_code = activities.region_code
    LEFT JOIN entered
        ON entered.held_index = activities.held_index AND entered.region_code = activities.region_code
            AND entered.segment = activities.segment
    GROUP BY months.held_month, months.held_index, regions.province_code, activities.segment, activities.channel,
        months.months_observed
)
SELECT
    $month AS month, by_province.held_month, by_province.province_code, by_province.segment, by_province.channel,
    by_province.activities, by_province.regencies, by_province.reach_persons,
    by_province.cost_idr, by_province.months_observed, by_province.new_enrolments,
    CAST(by_province.cost_idr AS DOUBLE) / nullif(CAST(by_province.new_enrolments AS DOUBLE), 0) AS cost_per_enrolment_idr,
    effects.treated AS treated_regencies, effects.comparisons AS comparison_regencies, effects.additional AS additional_enrolments,
    effects.error AS additional_error, effects.additional - effects.quantile * effects.error AS additional_low,
    effects.additional + effects.quantile * effects.error AS additional_high,
    CASE WHEN effects.additional - effects.quantile * effects.error > 0
        THEN CAST(effects.cost_idr AS DOUBLE) / nullif(effects.additional, 0) END AS cost_per_additional_idr,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM by_province
LEFT JOIN outreach_effects AS effects
    ON effects.held_index = by_province.held_index AND effects.province_code = by_province.province_code
        AND effects.segment = by_province.segment
    AND effects.channel = by_province.channel
