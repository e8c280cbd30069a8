-- membership_status: each membership with its status at the end of the month. A view: read, never stored.
-- Grain: one row a membership. Source: memberships, and the rule table protected_rule with its legal sources.
-- $month_index is year * 12 + month of the reported month; $month_end its last day; intervals are half-open.
-- status_rank: 1 protected, 2 grace, 3 lapsed, 4 ended: the status as a number. A programme is not asked for here: the rule
-- programme_held accepts no membership without one. months_behind: months not yet paid, below 0 where paid ahead.
-- employer_division 000: the employer itself.
WITH ranked AS (
    SELECT
        m.month, m.membership_key, m.person_id, m.identity, m.segment, s.rank AS segment_rank, m.start_date, m.sex,
        $month_index - (CAST(year(m.birth_date) AS INTEGER) * 12 + CAST(month(m.birth_date) AS INTEGER)) AS months_old,
        m.jkk, m.jkm, m.jht, m.jp, m.jkp, m.work_region, m.home_region, m.home_basis, m.payer, m.vulnerable_basis,
        m.employer_id, coalesce(m.employer_division, '000') AS employer_division, m.kbli, m.wage_idr,
        $month_index - (CAST(year(m.paid_through) AS INTEGER) * 12 + CAST(month(m.paid_through) AS INTEGER))
            AS months_behind,
        CASE
            WHEN m.end_date <= $month_end THEN 4
            WHEN r.basis = 'interval' THEN 1
            WHEN CAST(year(m.paid_through) AS INTEGER) * 12 + CAST(month(m.paid_through) AS INTEGER)
                >= $month_index - r.protected_arrears_months THEN 1
            WHEN CAST(year(m.paid_through) AS INTEGER) * 12 + CAST(month(m.paid_through) AS INTEGER)
                >= $month_index - r.grace_arrears_months THEN 2
            ELSE 3
        END AS status_rank
    FROM memberships AS m
    JOIN protected_rule AS r ON r.segment = m.segment
    JOIN segments AS s ON s.code = m.segment
)
SELECT
    k.month, k.membership_key, k.person_id, k.identity, k.segment, k.segment_rank, k.start_date, k.sex, k.months_old,
    k.jkk, k.jkm, k.jht, k.jp, k.jkp, k.work_region, k.home_region, k.home_basis, k.payer, k.vulnerable_basis,
    k.employer_id, k.employer_division, k.kbli, k.wage_idr, k.months_behind, k.status_rank,
    CASE k.status_rank WHEN 1 THEN 'protected' WHEN 2 THEN 'grace' WHEN 3 THEN 'lapsed' ELSE 'ended' END AS status
FROM ranked AS k
