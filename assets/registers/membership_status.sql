-- membership_status: each membership with its status at the end of the month. A view: read, never stored.
-- Grain: one row a membership. Source: memberships, and the rule table protected_rule with its legal sources.
-- $month_index is year * 12 + month of the reported month; $month_end its last day; intervals are half-open.
SELECT
    m.month, m.membership_key, m.person_id, m.identity, m.segment, s.rank AS segment_rank, m.start_date, m.sex,
    $month_index - (CAST(year(m.birth_date) AS INTEGER) * 12 + CAST(month(m.birth_date) AS INTEGER)) AS months_old,
    m.jkk, m.jkm, m.jht, m.jp, m.jkp, m.work_region, m.home_region, m.home_basis, m.payer, m.vulnerable_basis,
    CASE
        WHEN m.end_date <= $month_end THEN 'ended'
        WHEN r.basis = 'interval' THEN 'protected'
        WHEN CAST(year(m.paid_through) AS INTEGER) * 12 + CAST(month(m.paid_through) AS INTEGER)
            >= $month_index - r.protected_arrears_months THEN 'protected'
        WHEN CAST(year(m.paid_through) AS INTEGER) * 12 + CAST(month(m.paid_through) AS INTEGER)
            >= $month_index - r.grace_arrears_months THEN 'grace'
        ELSE 'lapsed'
    END AS status
FROM memberships AS m
JOIN protected_rule AS r ON r.segment = m.segment
JOIN segments AS s ON s.code = m.segment
