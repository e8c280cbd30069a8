-- kur_debtor_rows: each debtor once in every row of kur_linkage that counts them, with what their memberships are.
-- Grain: person x province and scheme, each one or all. A working table. Unit: 0 or 1.
-- Source: loans (people's business credit), kur_obligations (dated), membership_status (protected_rule).
-- A contract obliges by the rule of the day it was signed, as long as that rule stands at the end of the month.
WITH debtors AS (
    SELECT
        l.person_id, coalesce(substr(l.region, 1, 2), '00') AS province_code, l.scheme,
        max(CASE WHEN o.scheme IS NULL THEN 0 ELSE 1 END) AS is_obliged
    FROM loans AS l
    LEFT JOIN kur_obligations AS o
        ON o.scheme = l.scheme AND o.segment = 'BPU' AND l.plafond_idr > o.above_idr
        AND CAST(o.valid_from AS DATE) <= l.signed_on AND CAST(o.valid_from AS DATE) <= $month_end
        AND (o.valid_to IS NULL OR (CAST(o.valid_to AS DATE) > l.signed_on AND CAST(o.valid_to AS DATE) > $month_end))
    WHERE l.person_id IS NOT NULL
    GROUP BY l.person_id, coalesce(substr(l.region, 1, 2), '00'), l.scheme
),
held AS (
    SELECT
        s.person_id, max(CASE WHEN s.status = 'protected' THEN 1 ELSE 0 END) AS is_protected,
        max(CASE WHEN s.status = 'protected' AND s.segment = 'PU' THEN 1 ELSE 0 END) AS is_pu,
        max(CASE WHEN s.status = 'protected' AND s.segment = 'BPU' THEN 1 ELSE 0 END) AS is_bpu
    FROM membership_status AS s
    JOIN (SELECT person_id FROM debtors GROUP BY person_id) AS p ON p.person_id = s.person_id
    GROUP BY s.person_id
)
SELECT
    d.person_id, CASE WHEN GROUPING(d.province_code) = 1 THEN 'ID' ELSE d.province_code END AS province_code,
    CASE WHEN GROUPING(d.scheme) = 1 THEN 'all' ELSE d.scheme END AS scheme, max(d.is_obliged) AS is_obliged,
    max(CASE WHEN h.person_id IS NULL THEN 0 ELSE 1 END) AS is_registered,
    max(coalesce(h.is_protected, 0)) AS is_protected, max(coalesce(h.is_pu, 0)) AS is_pu,
    max(coalesce(h.is_bpu, 0)) AS is_bpu
FROM debtors AS d
LEFT JOIN held AS h ON h.person_id = d.person_id
GROUP BY GROUPING SETS (
    (d.person_id, d.province_code, d.scheme), (d.person_id, d.province_code), (d.person_id, d.scheme), (d.person_id)
)
