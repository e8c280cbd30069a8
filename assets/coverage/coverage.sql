-- coverage: who is protected, out of how many who could be, where.
-- Grain: geography basis x level x region x segment x programme x sex x age band x denominator_id, in declared breakdowns.
-- Units: persons; ratios as fractions, never capped. Source: numerators, denominators.
-- Bounds invert the 95 % interval of the denominator: the numerator is a full count.
WITH bases AS (
    SELECT 'home' AS geography_basis UNION ALL SELECT 'work'
),
joined AS (
    SELECT
        b.geography_basis, d.geography_level, d.region_code, d.segment, d.programme, d.sex, d.age_band, d.denominator_id,
        coalesce(n.protected_persons, 0) AS protected_persons,
        CASE WHEN d.programme = 'any' THEN coalesce(n.registered_persons, 0) END AS registered_persons,
        coalesce(n.memberships, 0) AS memberships, coalesce(n.dual_persons, 0) AS dual_persons,
        d.denominator_persons, d.denominator_rse, d.survey_wave
    FROM denominators AS d
    CROSS JOIN bases AS b
    LEFT JOIN numerators AS n
        ON n.geography_basis = b.geography_basis AND n.geography_level = d.geography_level
        AND n.region_code = d.region_code AND n.segment = d.segment AND n.programme = d.programme
        AND n.sex = d.sex AND n.age_band = d.age_band
    UNION ALL
    SELECT
        n.geography_basis, n.geography_level, n.region_code, n.segment, n.programme, n.sex, n.age_band, 'none',
        n.protected_persons, n.registered_persons, n.memberships, n.dual_persons,
        CAST(NULL AS BIGINT), CAST(NULL AS DOUBLE), CAST(NULL AS STRING)
    FROM numerators AS n
    LEFT JOIN denominators AS d
        ON n.geography_level = d.geography_level AND n.region_code = d.region_code AND n.segment = d.segment
        AND n.programme = d.programme AND n.sex = d.sex AND n.age_band = d.age_band AND d.denominator_id = 'potential'
    WHERE d.denominator_id IS NULL -- whoever has no potential is still counted
),
measured AS (
    SELECT
        j.geography_basis, j.geography_level, j.region_code, j.segment, j.programme, j.sex, j.age_band, j.denominator_id,
        j.protected_persons, j.registered_persons, j.memberships, j.dual_persons, j.denominator_persons,
        j.denominator_rse, j.survey_wave,
        CAST(j.protected_persons AS DOUBLE) / nullif(CAST(j.denominator_persons AS DOUBLE), 0) AS coverage_ratio,
        CAST(j.protected_persons AS DOUBLE)
            / nullif(CAST(j.denominator_persons AS DOUBLE) * (1 + 1.96 * j.denominator_rse / 100), 0) AS ratio_low,
        CASE WHEN 1.96 * j.denominator_rse < 100 THEN CAST(j.protected_persons AS DOUBLE)
            / nullif(CAST(j.denominator_persons AS DOUBLE) * (1 - 1.96 * j.denominator_rse / 100), 0) END AS ratio_high
    FROM joined AS j
)
SELECT
    $month AS month, m.geography_basis, m.geography_level, m.region_code, m.segment, m.programme, m.sex, m.age_band,
    m.denominator_id, m.protected_persons, m.registered_persons, m.memberships, m.dual_persons, m.denominator_persons,
    m.denominator_rse, CAST(m.survey_wave AS DATE) AS survey_wave, m.coverage_ratio, m.ratio_low, m.ratio_high,
    m.denominator_persons - m.protected_persons AS gap_persons,
    CASE
        WHEN coalesce(m.denominator_persons, 0) = 0 THEN 'no_denominator'
        WHEN m.denominator_rse IS NULL OR m.denominator_rse > 25 THEN 'denominator_uncertain'
        WHEN m.coverage_ratio > 1 AND m.ratio_low <= 1 THEN 'above_100_within_bounds'
        WHEN m.coverage_ratio > 1 AND m.geography_basis = 'work' THEN 'above_100_registration'
        WHEN m.coverage_ratio > 1 THEN 'above_100_check_denominator'
        ELSE 'ok'
    END AS coverage_flag,
    CAST(NULL AS STRING) AS conf_status
FROM measured AS m
