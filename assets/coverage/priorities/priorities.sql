-- priorities: regions and segments ranked by persons still to reach, with what is at hand there.
-- Grain: region (provinces and regencies apart) x segment (formal, informal), where a gap is known and above zero.
-- Units: persons, employers, activities, IDR; ratios as fractions. Source: coverage (potential, residents, any programme) and
-- priorities_at_hand. Debtors, employers and activities that nobody delivered are empty; where they were delivered and name
-- nothing for a region they are zero.
WITH gaps AS (
    SELECT
        c.geography_level AS region_level, c.region_code, c.segment, c.protected_persons, c.denominator_persons,
        c.denominator_persons - c.protected_persons AS gap_persons
    FROM coverage AS c
    WHERE
        c.geography_basis = 'home' AND c.geography_level IN ('province', 'regency') AND c.segment IN ('formal', 'informal')
        AND c.programme = 'any' AND c.sex = 'all' AND c.age_band = 'all' AND c.denominator_id = 'potential'
        AND c.denominator_persons > 0 AND c.denominator_persons > c.protected_persons
        AND c.region_code NOT IN ('00', '0000') -- nobody can go to a place that is not stated
),
national AS (
    SELECT max(c.denominator_persons) AS potential_persons
    FROM coverage AS c
    WHERE
        c.geography_basis = 'home' AND c.geography_level = 'nation' AND c.segment = 'all' AND c.programme = 'any'
        AND c.sex = 'all' AND c.age_band = 'all' AND c.denominator_id = 'potential'
),
known AS (
    SELECT
        max(CASE WHEN debtors IS NOT NULL THEN 0 END) AS no_debtors,
        max(CASE WHEN employers IS NOT NULL THEN 0 END) AS no_employers,
        CASE WHEN $outreach_deliveries > 0 THEN 0 END AS no_activities
    FROM priorities_at_hand
)
SELECT
    $month AS month, g.region_level, g.region_code, g.segment,
    row_number() OVER (
        PARTITION BY g.region_level, g.segment ORDER BY g.gap_persons DESC NULLS LAST, g.region_code NULLS LAST
    ) AS priority_rank,
    g.protected_persons, g.denominator_persons,
    CAST(g.protected_persons AS DOUBLE) / nullif(CAST(g.denominator_persons AS DOUBLE), 0) AS coverage_ratio,
    g.gap_persons,
    CAST(g.gap_persons AS DOUBLE) / nullif(CAST(n.potential_persons AS DOUBLE), 0) AS national_effect,
    h.budget_idr, h.affordable_workers,
    CASE WHEN g.region_level = 'province' AND g.segment = 'informal'
        THEN coalesce(h.debtors - h.protected_debtors, k.no_debtors) END AS unprotected_debtors,
    CASE WHEN g.region_level = 'province' AND g.segment = 'informal'
        THEN coalesce(h.protected_debtors, k.no_debtors) END AS protected_debtors,
    coalesce(h.activities + k.no_activities, k.no_activities) AS outreach_activities,
    CASE WHEN g.region_level = 'province' AND g.segment = 'formal'
        THEN coalesce(h.employers - h.enrolled_employers, k.no_employers) END AS unenrolled_employers,
    CASE WHEN g.region_level = 'province' AND g.segment = 'formal'
        THEN coalesce(h.enrolled_employers, k.no_employers) END AS enrolled_employers,
    CAST(NULL AS STRING) AS conf_status
FROM gaps AS g
CROSS JOIN national AS n
CROSS JOIN known AS k
LEFT JOIN priorities_at_hand AS h
    ON h.region_level = g.region_level AND h.region_code = g.region_code AND h.segment = g.segment
