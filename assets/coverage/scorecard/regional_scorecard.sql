-- regional_scorecard: coverage, target, change, budgets, employers and similar regions of each province and regency.
-- Grain: region (provinces and regencies; ranked apart).
-- Units: persons, employers, IDR; ratios as fractions.
-- Source: scorecard_residents, scorecard_targets, scorecard_programmes, scorecard_provinces, scorecard_similar.
-- A change divides both months by the present potential: a new survey wave must not look like a change.
WITH measured AS (
    SELECT
        region_level, region_code, protected_persons, potential_persons, year_before_persons, formal_persons, informal_persons,
        CAST(protected_persons AS DOUBLE) / nullif(CAST(potential_persons AS DOUBLE), 0) AS coverage_ratio,
        CAST(protected_persons - year_before_persons AS DOUBLE) / nullif(CAST(potential_persons AS DOUBLE), 0) AS change_ratio,
        CAST(formal_persons AS DOUBLE) / nullif(CAST(formal_potential AS DOUBLE), 0) AS formal_ratio,
        CAST(informal_persons AS DOUBLE) / nullif(CAST(informal_potential AS DOUBLE), 0) AS informal_ratio
    FROM scorecard_residents
),
ranked AS (
    SELECT
        region_level, region_code, protected_persons, potential_persons, year_before_persons, formal_persons, informal_persons,
        coverage_ratio, change_ratio, formal_ratio, informal_ratio,
        CASE WHEN coverage_ratio IS NOT NULL THEN row_number() OVER (
            PARTITION BY region_level ORDER BY coverage_ratio DESC NULLS LAST, region_code NULLS LAST
        ) END AS coverage_rank,
        CASE WHEN change_ratio IS NOT NULL THEN row_number() OVER (
            PARTITION BY region_level ORDER BY change_ratio DESC NULLS LAST, region_code NULLS LAST
        ) END AS change_rank
    FROM measured
)
SELECT
    $month AS month, ranked.region_level, ranked.region_code, ranked.protected_persons,
    ranked.potential_persons AS denominator_persons, ranked.coverage_ratio, ranked.coverage_rank, targets.target_month,
    targets.target_ratio, targets.gap_ratio, ranked.year_before_persons, ranked.change_ratio, ranked.change_rank,
    CASE
        WHEN ranked.year_before_persons IS NULL THEN 'no_year_before'
        WHEN ranked.potential_persons IS NULL THEN 'no_denominator'
        ELSE 'ok'
    END AS change_flag,
    ranked.formal_persons, ranked.formal_ratio, ranked.informal_persons, ranked.informal_ratio, provinces.member_persons,
    CASE WHEN provinces.member_persons IS NOT NULL
        THEN CAST(ranked.protected_persons AS DOUBLE) / nullif(CAST(provinces.member_persons AS DOUBLE), 0) END AS active_ratio,
    programmes.has_perda, programmes.has_perkada, programmes.budget_idr, programmes.budget_apbd_idr,
    programmes.budget_apbdes_idr, programmes.budget_palm_oil_idr, programmes.budget_tobacco_idr, programmes.budget_csr_idr,
    programmes.budget_donor_idr, programmes.affordable_workers, programmes.paid_workers, programmes.vulnerable_persons,
    programmes.need_persons,
    1 - CAST(programmes.need_persons AS DOUBLE) / nullif(CAST(programmes.vulnerable_persons AS DOUBLE), 0) AS vulnerable_ratio,
    programmes.adequacy_ratio, provinces.employers, provinces.enrolled_employers,
    CAST(provinces.enrolled_employers AS DOUBLE) / nullif(CAST(provinces.employers AS DOUBLE), 0) AS enrolled_ratio,
    alike.similar_region_1, alike.similar_region_2, alike.similar_region_3, alike.similar_region_4, alike.similar_region_5,
    CAST(NULL AS STRING) AS conf_status
FROM ranked
LEFT JOIN scorecard_targets AS targets ON targets.region_code = ranked.region_code
LEFT JOIN scorecard_programmes AS programmes ON programmes.region_code = ranked.region_code
LEFT JOIN scorecard_provinces AS provinces ON provinces.region_code = ranked.region_code
LEFT JOIN scorecard_similar AS alike ON alike.region_code = ranked.region_code
