-- kur_debtor_rows: debtors in every row of kur_linkage that counts them, by their memberships. A working table.
-- Grain: province or nation x scheme or all x obliged, member, protected, PU, BPU (0 or 1); a person with contracts in several
-- provinces or schemes has one row in each.
-- Unit: persons.
-- Source: loans (people's business credit), kur_obligations (dated), membership_status (protected_rule).
-- Persons with one province and scheme are counted first and added up; the others count once in each row. A contract obliges by the
-- rule in force on the day it was signed, as long as that rule is still in force at the end of the month.
WITH debtors AS (
    SELECT
        loans.person_id, coalesce(substr(loans.region, 1, 2), '00') AS province_code, loans.scheme,
        max(CASE WHEN obligations.scheme IS NULL THEN 0 ELSE 1 END) AS is_obliged
    FROM loans
    LEFT JOIN kur_obligations AS obligations
        ON obligations.scheme = loans.scheme AND obligations.segment = 'BPU' AND loans.plafond_idr > obligations.above_idr
        AND CAST(obligations.valid_from AS DATE) <= loans.signed_on AND CAST(obligations.valid_from AS DATE) <= $month_end
        AND (obligations.valid_to IS NULL
            OR (CAST(obligations.valid_to AS DATE) > loans.signed_on AND CAST(obligations.valid_to AS DATE) > $month_end))
    WHERE loans.person_id IS NOT NULL
    GROUP BY loans.person_id, coalesce(substr(loans.region, 1, 2), '00'), loans.scheme
),
member_status AS (
    SELECT
        memberships.person_id, max(CASE WHEN memberships.status = 'protected' THEN 1 ELSE 0 END) AS is_protected,
        max(CASE WHEN memberships.status = 'protected' AND memberships.segment = 'PU' THEN 1 ELSE 0 END) AS is_pu,
        max(CASE WHEN memberships.status = 'protected' AND memberships.segment = 'BPU' THEN 1 ELSE 0 END) AS is_bpu
    FROM membership_status AS memberships
    JOIN (SELECT person_id FROM debtors GROUP BY person_id) AS debtor_persons ON debtor_persons.person_id = memberships.person_id
    GROUP BY memberships.person_id
),
several AS (
    SELECT person_id FROM debtors GROUP BY person_id HAVING count(*) > 1
),
linked AS (
    SELECT
        several.person_id, debtors.province_code, debtors.scheme, debtors.is_obliged,
        CASE WHEN member_status.person_id IS NULL THEN 0 ELSE 1 END AS is_member,
        coalesce(member_status.is_protected, 0) AS is_protected, coalesce(member_status.is_pu, 0) AS is_pu,
        coalesce(member_status.is_bpu, 0) AS is_bpu,
        count(*) AS persons
    FROM debtors
    LEFT JOIN member_status ON member_status.person_id = debtors.person_id
    LEFT JOIN several ON several.person_id = debtors.person_id
    GROUP BY
        several.person_id, debtors.province_code, debtors.scheme, debtors.is_obliged,
        CASE WHEN member_status.person_id IS NULL THEN 0 ELSE 1 END,
        coalesce(member_status.is_protected, 0), coalesce(member_status.is_pu, 0), coalesce(member_status.is_bpu, 0)
)
SELECT
    CASE WHEN GROUPING(province_code) = 1 THEN 'ID' ELSE province_code END AS province_code,
    CASE WHEN GROUPING(scheme) = 1 THEN 'all' ELSE scheme END AS scheme,
    is_obliged, is_member, is_protected, is_pu, is_bpu, CAST(sum(persons) AS BIGINT) AS persons
FROM linked
WHERE person_id IS NULL
GROUP BY GROUPING SETS (
    (province_code, scheme, is_obliged, is_member, is_protected, is_pu, is_bpu),
    (province_code, is_obliged, is_member, is_protected, is_pu, is_bpu),
    (scheme, is_obliged, is_member, is_protected, is_pu, is_bpu),
    (is_obliged, is_member, is_protected, is_pu, is_bpu)
)
UNION ALL
SELECT
    CASE WHEN GROUPING(province_code) = 1 THEN 'ID' ELSE province_code END,
    CASE WHEN GROUPING(scheme) = 1 THEN 'all' ELSE scheme END,
    max(is_obliged), max(is_member), max(is_protected), max(is_pu), max(is_bpu), 1
FROM linked
WHERE person_id IS NOT NULL
GROUP BY GROUPING SETS (
    (person_id, province_code, scheme), (person_id, province_code), (person_id, scheme), (person_id)
)
