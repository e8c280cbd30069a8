-- persons: persons with a membership in the month, with what their primary membership is, as two numbers.
-- Grain: one row a person. Source: membership_status, repeated_memberships, ages; weights of codes (person_status_codes, person_attribute_codes).
-- Most persons hold one membership and are taken as they are; programmes and counts of the others are united first.
-- Flags are the bits of attribute_code: programmes 1 to 16, protected in several segments 32. A status weighs its rank.
WITH united AS (
    SELECT
        r.person_id,
        max(CASE WHEN r.status_rank = 1 AND r.jkk THEN 1 ELSE 0 END)
            + max(CASE WHEN r.status_rank = 1 AND r.jkm THEN 2 ELSE 0 END)
            + max(CASE WHEN r.status_rank = 1 AND r.jht THEN 4 ELSE 0 END)
            + max(CASE WHEN r.status_rank = 1 AND r.jp THEN 8 ELSE 0 END)
            + max(CASE WHEN r.status_rank = 1 AND r.jkp THEN 16 ELSE 0 END)
            + CASE
                WHEN min(CASE WHEN r.status_rank = 1 THEN r.segment_rank END)
                    < max(CASE WHEN r.status_rank = 1 THEN r.segment_rank END) THEN 32
                ELSE 0
            END AS flags,
        CAST(sum(CASE WHEN r.status_rank = 1 THEN 1 ELSE 0 END) AS INTEGER) AS memberships,
        CAST(sum(CASE WHEN r.status_rank <= 2 THEN 1 ELSE 0 END) AS INTEGER) AS registered_memberships
    FROM repeated_memberships AS r
    GROUP BY r.person_id
),
taken AS (
    SELECT
        s.month, s.person_id, s.membership_key, s.home_region, s.work_region, s.status_rank, s.segment, s.payer,
        s.vulnerable_basis, s.home_basis, s.identity, s.sex, s.months_old, s.start_date,
        CASE
            WHEN s.status_rank = 1
                THEN CAST(s.jkk AS INTEGER) + 2 * CAST(s.jkm AS INTEGER) + 4 * CAST(s.jht AS INTEGER)
                    + 8 * CAST(s.jp AS INTEGER) + 16 * CAST(s.jkp AS INTEGER)
            ELSE 0
        END AS flags,
        CAST(s.status_rank = 1 AS INTEGER) AS memberships, CAST(s.status_rank <= 2 AS INTEGER) AS registered_memberships
    FROM membership_status AS s
    WHERE NOT EXISTS (SELECT 1 FROM repeated_persons AS p WHERE p.person_id = s.person_id)
    UNION ALL
    SELECT
        r.month, r.person_id, r.membership_key, r.home_region, r.work_region, r.status_rank, r.segment, r.payer,
        r.vulnerable_basis, r.home_basis, r.identity, r.sex, r.months_old, r.start_date,
        u.flags, u.memberships, u.registered_memberships
    FROM repeated_memberships AS r
    JOIN united AS u ON u.person_id = r.person_id
    WHERE r.place = 1
)
SELECT
    p.month, p.person_id, p.membership_key, coalesce(h.weight, 0) AS home_regency, coalesce(w.weight, 0) AS work_regency,
    p.status_rank - 1 + g.weight + coalesce(y.weight, 0) + coalesce(b.weight, 0) + d.weight AS status_code,
    p.flags + i.weight + coalesce(x.weight, 0) + coalesce(a.weight, 0) AS attribute_code,
    p.start_date, p.memberships, p.registered_memberships
FROM taken AS p
LEFT JOIN segment_weights AS g ON g.code = p.segment
LEFT JOIN payer_weights AS y ON y.code = p.payer
LEFT JOIN vulnerable_basis_weights AS b ON b.code = p.vulnerable_basis
LEFT JOIN home_basis_weights AS d ON d.code = p.home_basis
LEFT JOIN identity_weights AS i ON i.code = p.identity
LEFT JOIN sex_weights AS x ON x.code = p.sex
LEFT JOIN ages AS a ON a.months_old = p.months_old
LEFT JOIN regency_weights AS h ON h.code = p.home_region
LEFT JOIN regency_weights AS w ON w.code = p.work_region
