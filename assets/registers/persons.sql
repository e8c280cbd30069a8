-- persons: persons with a membership in the month, with the status of their primary membership.
-- Grain: one row a person. Source: membership_status, repeated_memberships, ages.
-- Most persons hold one membership and are taken as they are; programmes and counts of the others are united first.
WITH united AS (
    SELECT
        r.person_id,
        max(CASE WHEN r.place = 1 THEN r.membership_key END) AS membership_key,
        bool_or(r.status = 'protected' AND r.jkk) AS jkk, bool_or(r.status = 'protected' AND r.jkm) AS jkm,
        bool_or(r.status = 'protected' AND r.jht) AS jht, bool_or(r.status = 'protected' AND r.jp) AS jp,
        bool_or(r.status = 'protected' AND r.jkp) AS jkp,
        CAST(sum(CASE WHEN r.status = 'protected' THEN 1 ELSE 0 END) AS INTEGER) AS memberships,
        CAST(sum(CASE WHEN r.status IN ('protected', 'grace') THEN 1 ELSE 0 END) AS INTEGER) AS registered_memberships,
        coalesce(min(CASE WHEN r.status = 'protected' THEN r.segment_rank END)
            < max(CASE WHEN r.status = 'protected' THEN r.segment_rank END), FALSE) AS is_dual
    FROM repeated_memberships AS r
    GROUP BY r.person_id
)
SELECT
    s.month, s.person_id, s.membership_key, s.identity, s.status, s.segment, s.sex, a.age_band,
    coalesce(u.jkk, s.status = 'protected' AND s.jkk) AS jkk, coalesce(u.jkm, s.status = 'protected' AND s.jkm) AS jkm,
    coalesce(u.jht, s.status = 'protected' AND s.jht) AS jht, coalesce(u.jp, s.status = 'protected' AND s.jp) AS jp,
    coalesce(u.jkp, s.status = 'protected' AND s.jkp) AS jkp,
    s.work_region, s.home_region, s.home_basis, s.payer, s.vulnerable_basis, s.start_date,
    coalesce(u.memberships, CASE WHEN s.status = 'protected' THEN 1 ELSE 0 END) AS memberships,
    coalesce(u.registered_memberships, CASE WHEN s.status IN ('protected', 'grace') THEN 1 ELSE 0 END)
        AS registered_memberships,
    coalesce(u.is_dual, FALSE) AS is_dual
FROM membership_status AS s
LEFT JOIN united AS u ON u.person_id = s.person_id
LEFT JOIN ages AS a ON a.months_old = s.months_old
WHERE u.membership_key IS NULL OR u.membership_key = s.membership_key
