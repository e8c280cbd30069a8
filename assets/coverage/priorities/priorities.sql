-- priorities: regions and segments ranked by persons still to reach, with the means available there.
-- Grain: region (provinces and regencies ranked apart) x segment (formal, informal), where a gap is known and above zero.
-- Units: persons, employers, activities, IDR; ratios as fractions.
-- Source: coverage (potential, residents, any programme), priority_resources.
-- Debtors, employers and activities are empty where no delivery exists, and zero where a delivery names none for the region.
WITH gaps AS (
    SELECT
        geography_level AS region_level, region_code, segment, protected_persons, denominator_persons,
        denominator_persons - protected_persons AS gap_persons
    FROM coverage
    WHERE
        geography_basis = 'home' AND geography_level IN ('province', 'regency') AND segment IN ('formal', 'informal')
        AND programme = 'any' AND sex = 'all' AND age_band = 'all' AND denominator_id = 'potential'
        AND denominator_persons > 0 AND denominator_persons > protected_persons
        AND region_code NOT IN ('00', '0000') -- a region that is not stated cannot be visited
),
national AS (
    SELECT max(denominator_persons) AS potential_persons
    FROM coverage
    WHERE
        geography_basis = 'home' AND geography_level = 'nation' AND segment = 'all' AND programme = 'any'
        AND sex = 'all' AND age_band = 'all' AND denominator_id = 'potential'
),
delivered_zeros AS (
    SELECT
        max(CASE WHEN debtors IS NOT NULL THEN 0 END) AS no_debtors,
        max(CASE WHEN employers IS NOT NULL THEN 0 END) AS no_employers,
        CASE WHEN $outreach_deliveries > 0 THEN 0 END AS no_activities
    FROM priority_resources
)
SELECT
    $month AS month, gaps.region_level, gaps.region_code, gaps.segment,
    row_number() OVER (
        PARTITION BY gaps.region_level, gaps.segment ORDER BY gaps.gap_persons DESC NULLS LAST, gaps.region_code NULLS LAST
    ) AS priority_rank,
    gaps.protected_persons, gaps.denominator_persons,
    CAST(gaps.protected_persons AS DOUBLE) / nullif(CAST(gaps.denominator_persons AS DOUBLE), 0) AS coverage_ratio,
    gaps.gap_persons,
    CAST(gaps.gap_persons AS DOUBLE) / nullif(CAST(national.potential_persons AS DOUBLE), 0) AS national_effect,
    resources.budget_idr, resources.affordable_workers,
    CASE WHEN gaps.region_level = 'province' AND gaps.segment = 'informal'
        THEN coalesce(resources.debtors - resources.protected_debtors, zeros.no_debtors) END AS unprotected_debtors,
    CASE WHEN gaps.region_level = 'province' AND gaps.segment = 'informal'
        THEN coalesce(resources.protected_debtors, zeros.no_debtors) END AS protected_debtors,
    coalesce(resources.activities + zeros.no_activities, zeros.no_activities) AS outreach_activities,
    CASE WHEN gaps.region_level = 'province' AND gaps.segment = 'formal'
        THEN coalesce(resources.employers - resources.enrolled_employers, zeros.no_employers) END AS unenrolled_employers,
    CASE WHEN gaps.region_level = 'province' AND gaps.segment = 'formal'
        THEN coalesce(resources.enrolled_employers, zeros.no_employers) END AS enrolled_employers,
    CAST(NULL AS STRING) AS conf_status
FROM gaps
CROSS JOIN national
CROSS JOIN delivered_zeros AS zeros
LEFT JOIN priority_resources AS resources
    ON resources.region_level = gaps.region_level AND resources.region_code = gaps.region_code AND resources.segment = gaps.segment
