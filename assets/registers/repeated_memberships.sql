-- repeated_memberships: the memberships of persons with several, ranked: the primary one has row_rank 1. A working table.
-- Grain: one row per membership.
-- Unit: none.
-- Source: membership_status, repeated_persons.
SELECT
    memberships.month, memberships.membership_key, memberships.person_id, memberships.identity, memberships.segment,
    memberships.segment_rank, memberships.start_date, memberships.sex, memberships.months_old,
    memberships.jkk, memberships.jkm, memberships.jht, memberships.jp, memberships.jkp, memberships.work_region,
    memberships.home_region, memberships.home_basis, memberships.payer, memberships.channel, memberships.vulnerable_basis,
    memberships.status_rank, memberships.dormant_months,
    row_number() OVER (
        PARTITION BY memberships.person_id
        ORDER BY
            memberships.status_rank NULLS LAST, memberships.segment_rank NULLS LAST, memberships.start_date NULLS LAST,
            memberships.membership_key NULLS LAST
    ) AS row_rank
FROM membership_status AS memberships
JOIN repeated_persons AS repeated ON repeated.person_id = memberships.person_id
