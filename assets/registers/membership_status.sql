-- membership_status: each membership with its status at the end of the month. A view: read, never stored.
-- Grain: one row per membership.
-- Unit: months for months_behind (not yet paid; below 0 where paid in advance) and dormant_months.
-- Source: memberships, segments, and the rule table protected_rule with its legal sources.
-- $month_index is year * 12 + month of the reported month, $month_end its last day; intervals are half-open. status_rank: 1
-- protected, 2 grace, 3 lapsed, 4 ended. The rule programme_held accepts no membership without a programme, so none is tested here.
-- employer_division 000: the employer itself. dormant_months: months since the last month at whose end the membership was protected;
-- 0 where it is protected. What ended first counts: the months that are paid for, or the membership.
WITH ranked AS (
    SELECT
        memberships.month, memberships.membership_key, memberships.person_id, memberships.identity, memberships.segment,
        segments.rank AS segment_rank, memberships.start_date, memberships.sex,
        $month_index - (CAST(year(memberships.birth_date) AS INTEGER) * 12 + CAST(month(memberships.birth_date) AS INTEGER))
            AS months_old,
        memberships.jkk, memberships.jkm, memberships.jht, memberships.jp, memberships.jkp, memberships.work_region,
        memberships.home_region, memberships.home_basis, memberships.payer, memberships.channel, memberships.vulnerable_basis,
        memberships.employer_id, coalesce(memberships.employer_division, '000') AS employer_division, memberships.kbli,
        memberships.wage_idr,
        $month_index - (CAST(year(memberships.paid_through) AS INTEGER) * 12 + CAST(month(memberships.paid_through) AS INTEGER))
            AS months_behind,
        rules.protected_arrears_months,
        $month_index + 1 - (CAST(year(memberships.end_date) AS INTEGER) * 12 + CAST(month(memberships.end_date) AS INTEGER))
            AS months_since_end,
        CASE
            WHEN memberships.end_date <= $month_end THEN 4
            WHEN rules.basis = 'interval' THEN 1
            WHEN CAST(year(memberships.paid_through) AS INTEGER) * 12 + CAST(month(memberships.paid_through) AS INTEGER)
                >= $month_index - rules.protected_arrears_months THEN 1
            WHEN CAST(year(memberships.paid_through) AS INTEGER) * 12 + CAST(month(memberships.paid_through) AS INTEGER)
                >= $month_index - rules.grace_arrears_months THEN 2
            ELSE 3
        END AS status_rank
    FROM memberships
    JOIN protected_rule AS rules ON rules.segment = memberships.segment
    JOIN segments ON segments.code = memberships.segment
)
SELECT
    month, membership_key, person_id, identity, segment, segment_rank, start_date, sex, months_old,
    jkk, jkm, jht, jp, jkp, work_region, home_region, home_basis, payer, channel, vulnerable_basis,
    employer_id, employer_division, kbli, wage_idr, months_behind, status_rank,
    CASE WHEN status_rank = 1 THEN 0 ELSE greatest(months_behind - protected_arrears_months, months_since_end) END AS dormant_months,
    CASE status_rank WHEN 1 THEN 'protected' WHEN 2 THEN 'grace' WHEN 3 THEN 'lapsed' ELSE 'ended' END AS status
FROM ranked
