-- vulnerable_workers: how many could be protected, how many are, by whose money, and who became unpaid, left or is new.
-- Grain: province (or the nation) x payer x vulnerable basis, one of the two summed up; both stated for the nation only.
-- Units: persons; ratio as a fraction. Source: vulnerable_workers_cells, vulnerable_workers_potential.
-- $is_compared: the month before is known; without it these three counts are empty.
WITH placed AS (
    SELECT
        c.province_code, c.payer, c.vulnerable_basis, c.protected_persons, c.grace_persons, c.became_unpaid_persons,
        c.left_persons, c.new_persons
    FROM vulnerable_workers_cells AS c
    UNION ALL
    SELECT
        'ID', c.payer, c.vulnerable_basis, c.protected_persons, c.grace_persons, c.became_unpaid_persons, c.left_persons,
        c.new_persons
    FROM vulnerable_workers_cells AS c
),
summed AS (
    SELECT
        p.province_code, CASE WHEN GROUPING(p.payer) = 1 THEN 'all' ELSE p.payer END AS payer,
        CASE WHEN GROUPING(p.vulnerable_basis) = 1 THEN 'all' ELSE p.vulnerable_basis END AS vulnerable_basis,
        CAST(sum(p.protected_persons) AS BIGINT) AS protected_persons,
        CAST(sum(p.grace_persons) AS BIGINT) AS grace_persons, CAST(sum(p.became_unpaid_persons) AS BIGINT) AS became_unpaid_persons,
        CAST(sum(p.left_persons) AS BIGINT) AS left_persons, CAST(sum(p.new_persons) AS BIGINT) AS new_persons
    FROM placed AS p
    GROUP BY GROUPING SETS (
        (p.province_code), (p.province_code, p.payer), (p.province_code, p.vulnerable_basis),
        (p.province_code, p.payer, p.vulnerable_basis)
    )
),
told AS (
    SELECT
        coalesce(s.province_code, v.province_code) AS province_code, coalesce(s.payer, 'all') AS payer,
        coalesce(s.vulnerable_basis, 'all') AS vulnerable_basis, v.potential_persons,
        coalesce(s.protected_persons, 0) AS protected_persons, coalesce(s.grace_persons, 0) AS grace_persons,
        CASE WHEN $is_compared THEN coalesce(s.became_unpaid_persons, 0) END AS became_unpaid_persons,
        CASE WHEN $is_compared THEN coalesce(s.left_persons, 0) END AS left_persons,
        CASE WHEN $is_compared THEN coalesce(s.new_persons, 0) END AS new_persons
    FROM (
        SELECT
            province_code, payer, vulnerable_basis, protected_persons, grace_persons, became_unpaid_persons, left_persons, new_persons
        FROM summed
        WHERE payer = 'all' OR vulnerable_basis = 'all' OR province_code = 'ID'
    ) AS s
    FULL OUTER JOIN (
        SELECT p.province_code, 'all' AS payer, 'all' AS vulnerable_basis, p.potential_persons
        FROM vulnerable_workers_potential AS p
    ) AS v ON v.province_code = s.province_code AND v.payer = s.payer AND v.vulnerable_basis = s.vulnerable_basis
)
SELECT
    $month AS month, t.province_code, t.payer, t.vulnerable_basis, t.potential_persons, t.protected_persons,
    t.grace_persons, t.became_unpaid_persons, t.left_persons, t.new_persons,
    CAST(t.protected_persons AS DOUBLE) / nullif(CAST(t.potential_persons AS DOUBLE), 0) AS coverage_ratio,
    t.potential_persons - t.protected_persons AS gap_persons,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM told AS t
