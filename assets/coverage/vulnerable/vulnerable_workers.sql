-- vulnerable_workers: vulnerable workers who are eligible, who are protected, by payer, and who became unpaid, left or are new.
-- Grain: province or nation x payer x vulnerable basis, one of the two summed up; both stated for the nation only.
-- Units: persons; ratio as a fraction.
-- Source: vulnerable_workers_cells, vulnerable_workers_potential.
-- $is_compared: the month before is known; without it the three changes are empty.
WITH by_province AS (
    SELECT
        province_code, payer, vulnerable_basis, protected_persons, grace_persons, became_unpaid_persons,
        left_persons, new_persons
    FROM vulnerable_workers_cells
    UNION ALL
    SELECT
        'ID', payer, vulnerable_basis, protected_persons, grace_persons, became_unpaid_persons, left_persons,
        new_persons
    FROM vulnerable_workers_cells
),
summed AS (
    SELECT
        province_code, CASE WHEN GROUPING(payer) = 1 THEN 'all' ELSE payer END AS payer,
        CASE WHEN GROUPING(vulnerable_basis) = 1 THEN 'all' ELSE vulnerable_basis END AS vulnerable_basis,
        CAST(sum(protected_persons) AS BIGINT) AS protected_persons,
        CAST(sum(grace_persons) AS BIGINT) AS grace_persons, CAST(sum(became_unpaid_persons) AS BIGINT) AS became_unpaid_persons,
        CAST(sum(left_persons) AS BIGINT) AS left_persons, CAST(sum(new_persons) AS BIGINT) AS new_persons
    FROM by_province
    GROUP BY GROUPING SETS (
        (province_code), (province_code, payer), (province_code, vulnerable_basis),
        (province_code, payer, vulnerable_basis)
    )
),
combined AS (
    SELECT
        coalesce(sums.province_code, potential.province_code) AS province_code, coalesce(sums.payer, 'all') AS payer,
        coalesce(sums.vulnerable_basis, 'all') AS vulnerable_basis, potential.potential_persons,
        coalesce(sums.protected_persons, 0) AS protected_persons, coalesce(sums.grace_persons, 0) AS grace_persons,
        CASE WHEN $is_compared THEN coalesce(sums.became_unpaid_persons, 0) END AS became_unpaid_persons,
        CASE WHEN $is_compared THEN coalesce(sums.left_persons, 0) END AS left_persons,
        CASE WHEN $is_compared THEN coalesce(sums.new_persons, 0) END AS new_persons
    FROM (
        SELECT
            province_code, payer, vulnerable_basis, protected_persons, grace_persons, became_unpaid_persons, left_persons,
            new_persons
        FROM summed
        WHERE payer = 'all' OR vulnerable_basis = 'all' OR province_code = 'ID'
    ) AS sums
    FULL OUTER JOIN (
        SELECT province_code, 'all' AS payer, 'all' AS vulnerable_basis, potential_persons
        FROM vulnerable_workers_potential
    ) AS potential ON potential.province_code = sums.province_code AND potential.payer = sums.payer
        AND potential.vulnerable_basis = sums.vulnerable_basis
)
SELECT
    $month AS month, province_code, payer, vulnerable_basis, potential_persons, protected_persons,
    grace_persons, became_unpaid_persons, left_persons, new_persons,
    CAST(protected_persons AS DOUBLE) / nullif(CAST(potential_persons AS DOUBLE), 0) AS coverage_ratio,
    potential_persons - protected_persons AS gap_persons,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM combined
