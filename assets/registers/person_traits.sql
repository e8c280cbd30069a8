-- person_traits: persons of both months, narrow: residence as a number, everything else that flows ask as one number.
-- Grain: one row a person and month. Source: persons; weights of codes whose sum is the number that traits explains.
-- A view: read once a month of it, never stored. A beginning is one of $month or later.
SELECT
    p.month, p.person_id, p.membership_key,
    CAST(coalesce(CAST(p.home_region AS INTEGER), 0) AS SMALLINT) AS region,
    CAST(
        s.weight + g.weight + coalesce(y.weight, 0) + coalesce(b.weight, 0)
        + CASE WHEN p.home_basis = 'declared' THEN $declared_weight ELSE 0 END
        + CASE WHEN p.start_date >= $month THEN $began_weight ELSE 0 END
    AS SMALLINT) AS trait
FROM persons AS p
JOIN status_weights AS s ON s.code = p.status
JOIN segment_weights AS g ON g.code = p.segment
LEFT JOIN payer_weights AS y ON y.code = p.payer
LEFT JOIN basis_weights AS b ON b.code = p.vulnerable_basis
