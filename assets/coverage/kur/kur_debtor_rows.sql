-- kur_debtor_rows: debtors in every row of kur_linkage that counts them, by what their memberships are. A working table.
-- Grain: province and scheme, each one or all x what they are (0 or 1); one row a person with contracts in several provinces
-- or schemes, who counts once in each row. Everybody else is counted first and added up after. Unit: persons.
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
),
several AS (
    SELECT person_id FROM debtors GROUP BY person_id HAVING count(*) > 1
),
told AS (
    SELECT
        s.person_id, d.province_code, d.scheme, d.is_obliged, CASE WHEN h.person_id IS NULL THEN 0 ELSE 1 END AS is_member,
        coalesce(h.is_protected, 0) AS is_protected, coalesce(h.is_pu, 0) AS is_pu, coalesce(h.is_bpu, 0) AS is_bpu,
        count(*) AS persons
    FROM debtors AS d
    LEFT JOIN held AS h ON h.person_id = d.person_id
    LEFT JOIN several AS s ON s.person_id = d.person_id
    GROUP BY
        s.person_id, d.province_code, d.scheme, d.is_obliged, CASE WHEN h.person_id IS NULL THEN 0 ELSE 1 END,
        coalesce(h.is_protected, 0), coalesce(h.is_pu, 0), coalesce(h.is_bpu, 0)
)
SELECT
    CASE WHEN GROUPING(t.province_code) = 1 THEN 'ID' ELSE t.province_code END AS province_code,
    CASE WHEN GROUPING(t.scheme) = 1 THEN 'all' ELSE t.scheme END AS scheme,
    t.is_obliged, t.is_member, t.is_protected, t.is_pu, t.is_bpu, CAST(sum(t.persons) AS BIGINT) AS persons
FROM told AS t
WHERE t.person_id IS NULL
GROUP BY GROUPING SETS (
    (t.province_code, t.scheme, t.is_obliged, t.is_member, t.is_protected, t.is_pu, t.is_bpu),
    (t.province_code, t.is_obliged, t.is_member, t.is_protected, t.is_pu, t.is_bpu),
    (t.scheme, t.is_obliged, t.is_member, t.is_protected, t.is_pu, t.is_bpu),
    (t.is_obliged, t.is_member, t.is_protected, t.is_pu, t.is_bpu)
)
UNION ALL
SELECT
    CASE WHEN GROUPING(t.province_code) = 1 THEN 'ID' ELSE t.province_code END,
    CASE WHEN GROUPING(t.scheme) = 1 THEN 'all' ELSE t.scheme END,
    max(t.is_obliged), max(t.is_member), max(t.is_protected), max(t.is_pu), max(t.is_bpu), 1
FROM told AS t
WHERE t.person_id IS NOT NULL
GROUP BY GROUPING SETS (
    (t.person_id, t.province_code, t.scheme), (t.person_id, t.province_code), (t.person_id, t.scheme), (t.person_id)
)
