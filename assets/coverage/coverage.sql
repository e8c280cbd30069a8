-- coverage: protected persons beside eligible workers, by region and group.
-- Grain: geography basis x level x region x segment x programme x sex x age band x denominator_id, in declared breakdowns.
-- Units: persons; ratios as fractions, never capped.
-- Source: numerators, denominators.
-- The bounds invert the 95 % interval of the denominator: the numerator is a full count.
WITH bases AS (
    SELECT 'home' AS geography_basis UNION ALL SELECT 'work'
),
joined AS (
    SELECT
        bases.geography_basis, denominators.geography_level, denominators.region_code, denominators.segment, denominators.programme,
        denominators.sex, denominators.age_band, denominators.denominator_id,
        coalesce(numerators.protected_persons, 0) AS protected_persons,
        CASE WHEN denominators.programme = 'any' THEN coalesce(numerators.registered_persons, 0) END AS registered_persons,
        coalesce(numerators.memberships, 0) AS memberships, coalesce(numerators.dual_persons, 0) AS dual_persons,
        denominators.denominator_persons, denominators.denominator_rse, denominators.survey_wave
    FROM denominators
    CROSS JOIN bases
    LEFT JOIN numerators
        ON numerators.geography_basis = bases.geography_basis AND numerators.geography_level = denominators.geography_level
        AND numerators.region_code = denominators.region_code AND numerators.segment = denominators.segment
        AND numerators.programme = denominators.programme
        AND numerators.sex = denominators.sex AND numerators.age_band = denominators.age_band
    UNION ALL
    SELECT
        numerators.geography_basis, numerators.geography_level, numerators.region_code, numerators.segment, numerators.programme,
        numerators.sex, numerators.age_band, 'none',
        numerators.protected_persons, numerators.registered_persons, numerators.memberships, numerators.dual_persons,
        CAST(NULL AS BIGINT), CAST(NULL AS DOUBLE), CAST(NULL AS STRING)
    FROM numerators
    LEFT JOIN denominators
        ON numerators.geography_level = denominators.geography_level AND numerators.region_code = denominators.region_code
            AND numerators.segment = denominators.segment
        AND numerators.programme = denominators.programme AND numerators.sex = denominators.sex
        AND numerators.age_band = denominators.age_band AND denominators.denominator_id = 'potential'
    WHERE denominators.denominator_id IS NULL -- persons without a potential are still counted
),
measured AS (
    SELECT
        joined.geography_basis, joined.geography_level, joined.region_code, joined.segment, joined.programme, joined.sex,
        joined.age_band, joined.denominator_id,
        joined.protected_persons, joined.registered_persons, joined.memberships, joined.dual_persons, joined.denominator_persons,
        joined.denominator_rse, joined.survey_wave,
        CAST(joined.protected_persons AS DOUBLE) / nullif(CAST(joined.denominator_persons AS DOUBLE), 0) AS coverage_ratio,
        CAST(joined.protected_persons AS DOUBLE)
            / nullif(CAST(joined.denominator_persons AS DOUBLE) * (1 + 1.96 * joined.denominator_rse / 100), 0) AS ratio_low,
        CASE WHEN 1.96 * joined.denominator_rse < 100 THEN CAST(joined.protected_persons AS DOUBLE)
            / nullif(CAST(joined.denominator_persons AS DOUBLE) * (1 - 1.96 * joined.denominator_rse / 100), 0) END AS ratio_high
    FROM joined
)
SELECT
    $month AS month, measured.geography_basis, measured.geography_level, measured.region_code, measured.segment, measured.programme,
    measured.sex, measured.age_band,
    measured.denominator_id, measured.protected_persons, measured.registered_persons, measured.memberships, measured.dual_persons,
    measured.denominator_persons,
    measured.denominator_rse, CAST(measured.survey_wave AS DATE) AS survey_wave, measured.coverage_ratio, measured.ratio_low,
    measured.ratio_high,
    measured.denominator_persons - measured.protected_persons AS gap_persons,
    CASE
        WHEN coalesce(measured.denominator_persons, 0) = 0 THEN 'no_denominator'
        WHEN measured.denominator_rse IS NULL OR measured.denominator_rse > 25 THEN 'denominator_uncertain'
        WHEN measured.coverage_ratio > 1 AND measured.ratio_low <= 1 THEN 'above_100_within_bounds'
        WHEN measured.coverage_ratio > 1 AND measured.geography_basis = 'work' THEN 'above_100_registration'
        WHEN measured.coverage_ratio > 1 THEN 'above_100_check_denominator'
        ELSE 'ok'
    END AS coverage_flag,
    CAST(NULL AS STRING) AS conf_status
FROM measured
