-- persons: persons with a membership in the month, and their primary membership as two numbers.
-- Grain: one row per person.
-- Unit: memberships for the two counts.
-- Source: membership_status, repeated_persons, repeated_memberships, ages; weights of codes (person_codes.py).
-- Most persons hold one membership and are copied; programmes and counts of the others are combined first. Flags are the bits of
-- attribute_code: programmes 1 to 16, protected in several segments 32. The weight of a status is its rank. A person is dormant
-- since the last month at whose end any of the memberships was protected.
WITH combined AS (
    SELECT
        person_id,
        max(CASE WHEN status_rank = 1 AND jkk THEN 1 ELSE 0 END)
            + max(CASE WHEN status_rank = 1 AND jkm THEN 2 ELSE 0 END)
            + max(CASE WHEN status_rank = 1 AND jht THEN 4 ELSE 0 END)
            + max(CASE WHEN status_rank = 1 AND jp THEN 8 ELSE 0 END)
            + max(CASE WHEN status_rank = 1 AND jkp THEN 16 ELSE 0 END)
            + CASE
                WHEN min(CASE WHEN status_rank = 1 THEN segment_rank END)
                    < max(CASE WHEN status_rank = 1 THEN segment_rank END) THEN 32
                ELSE 0
            END AS flags,
        CAST(sum(CASE WHEN status_rank = 1 THEN 1 ELSE 0 END) AS INTEGER) AS memberships,
        CAST(sum(CASE WHEN status_rank <= 2 THEN 1 ELSE 0 END) AS INTEGER) AS registered_memberships,
        min(dormant_months) AS dormant_months
    FROM repeated_memberships
    GROUP BY person_id
),
selected AS (
    SELECT
        memberships.month, memberships.person_id, memberships.membership_key, memberships.home_region, memberships.work_region,
        memberships.status_rank, memberships.segment, memberships.payer, memberships.channel,
        memberships.vulnerable_basis, memberships.home_basis, memberships.identity, memberships.sex, memberships.months_old,
        memberships.start_date,
        CASE
            WHEN memberships.status_rank = 1
                THEN CAST(memberships.jkk AS INTEGER) + 2 * CAST(memberships.jkm AS INTEGER) + 4 * CAST(memberships.jht AS INTEGER)
                    + 8 * CAST(memberships.jp AS INTEGER) + 16 * CAST(memberships.jkp AS INTEGER)
            ELSE 0
        END AS flags,
        CAST(memberships.status_rank = 1 AS INTEGER) AS memberships,
        CAST(memberships.status_rank <= 2 AS INTEGER) AS registered_memberships,
        memberships.dormant_months
    FROM membership_status AS memberships
    WHERE NOT EXISTS (SELECT 1 FROM repeated_persons WHERE person_id = memberships.person_id)
    UNION ALL
    SELECT
        memberships.month, memberships.person_id, memberships.membership_key, memberships.home_region, memberships.work_region,
        memberships.status_rank, memberships.segment, memberships.payer, memberships.channel,
        memberships.vulnerable_basis, memberships.home_basis, memberships.identity, memberships.sex, memberships.months_old,
        memberships.start_date,
        combined.flags, combined.memberships, combined.registered_memberships, combined.dormant_months
    FROM repeated_memberships AS memberships
    JOIN combined ON combined.person_id = memberships.person_id
    WHERE memberships.row_rank = 1
)
SELECT
    selected.month, selected.person_id, selected.membership_key, coalesce(home_weights.weight, 0) AS home_regency,
    coalesce(work_weights.weight, 0) AS work_regency,
    selected.status_rank - 1 + segment_weights.weight + coalesce(payer_weights.weight, 0)
        + coalesce(basis_weights.weight, 0) + home_basis_weights.weight + coalesce(channel_weights.weight, 0) AS status_code,
    selected.flags + identity_weights.weight + coalesce(sex_weights.weight, 0) + coalesce(ages.weight, 0) AS attribute_code,
    selected.start_date, selected.memberships, selected.registered_memberships, selected.dormant_months
FROM selected
LEFT JOIN segment_weights ON segment_weights.code = selected.segment
LEFT JOIN payer_weights ON payer_weights.code = selected.payer
LEFT JOIN vulnerable_basis_weights AS basis_weights ON basis_weights.code = selected.vulnerable_basis
LEFT JOIN channel_weights ON channel_weights.code = selected.channel
LEFT JOIN home_basis_weights ON home_basis_weights.code = selected.home_basis
LEFT JOIN identity_weights ON identity_weights.code = selected.identity
LEFT JOIN sex_weights ON sex_weights.code = selected.sex
LEFT JOIN ages ON ages.months_old = selected.months_old
LEFT JOIN regency_weights AS home_weights ON home_weights.code = selected.home_region
LEFT JOIN regency_weights AS work_weights ON work_weights.code = selected.work_region
