-- repeated_memberships: the memberships of persons who hold several, ranked: the primary one has place 1. A working table.
-- Grain: one row a membership. Source: membership_status, repeated_persons.
SELECT
    s.month, s.membership_key, s.person_id, s.identity, s.segment, s.segment_rank, s.start_date, s.sex, s.months_old,
    s.jkk, s.jkm, s.jht, s.jp, s.jkp, s.work_region, s.home_region, s.home_basis, s.payer, s.vulnerable_basis,
    s.status_rank,
    row_number() OVER (
        PARTITION BY s.person_id
        ORDER BY
            s.status_rank NULLS LAST, s.segment_rank NULLS LAST, s.start_date NULLS LAST, s.membership_key NULLS LAST
    ) AS place
FROM membership_status AS s
JOIN repeated_persons AS p ON p.person_id = s.person_id
