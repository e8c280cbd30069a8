-- repeated_memberships: the memberships of persons who hold several, ranked: the primary one has place 1. A working table.
-- Grain: one row a membership. Source: membership_status, repeated_persons.
SELECT
    s.membership_key, s.person_id, s.segment_rank, s.status, s.jkk, s.jkm, s.jht, s.jp, s.jkp,
    row_number() OVER (
        PARTITION BY s.person_id
        ORDER BY
            CASE s.status WHEN 'protected' THEN 1 WHEN 'grace' THEN 2 WHEN 'lapsed' THEN 3 ELSE 4 END NULLS LAST,
            s.segment_rank NULLS LAST, s.start_date NULLS LAST, s.membership_key NULLS LAST
    ) AS place
FROM membership_status AS s
JOIN repeated_persons AS p ON p.person_id = s.person_id
