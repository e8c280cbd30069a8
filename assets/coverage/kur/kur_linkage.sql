-- kur_linkage: debtors of people's business credit, those obliged to join as BPU, and how many are protected.
-- Grain: province of the debtor or nation x scheme or all.
-- Units: contracts, persons; ratios as fractions.
-- Source: loans, kur_debtor_rows.
-- A person counts once in each row, so rows do not add up.
WITH contracts AS (
    SELECT
        province_code, CASE WHEN GROUPING(scheme) = 1 THEN 'all' ELSE scheme END AS scheme,
        count(*) AS contracts, CAST(sum(CASE WHEN person_id IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS without_nik
    FROM (
        SELECT coalesce(substr(region, 1, 2), '00') AS province_code, scheme, person_id FROM loans
        UNION ALL
        SELECT 'ID', scheme, person_id FROM loans
    ) AS by_province
    GROUP BY GROUPING SETS ((province_code, scheme), (province_code))
),
debtors AS (
    SELECT
        province_code, scheme, CAST(sum(persons) AS BIGINT) AS debtors, CAST(sum(is_member * persons) AS BIGINT) AS member,
        CAST(sum(is_protected * persons) AS BIGINT) AS protected, CAST(sum(is_pu * persons) AS BIGINT) AS protected_pu,
        CAST(sum(is_bpu * persons) AS BIGINT) AS protected_bpu, CAST(sum(is_obliged * persons) AS BIGINT) AS obliged,
        CAST(sum(is_obliged * is_protected * persons) AS BIGINT) AS obliged_protected,
        CAST(sum(is_obliged * is_bpu * persons) AS BIGINT) AS obliged_bpu
    FROM kur_debtor_rows
    GROUP BY province_code, scheme
),
counted AS (
    SELECT
        table_rows.province_code, table_rows.scheme, coalesce(contracts.contracts, 0) AS contracts,
        coalesce(contracts.without_nik, 0) AS without_nik,
        coalesce(debtors.debtors, 0) AS debtors, coalesce(debtors.member, 0) AS member,
        coalesce(debtors.protected, 0) AS protected, coalesce(debtors.protected_pu, 0) AS protected_pu,
        coalesce(debtors.protected_bpu, 0) AS protected_bpu, coalesce(debtors.obliged, 0) AS obliged,
        coalesce(debtors.obliged_protected, 0) AS obliged_protected, coalesce(debtors.obliged_bpu, 0) AS obliged_bpu
    FROM (SELECT province_code, scheme FROM contracts UNION SELECT 'ID', 'all') AS table_rows -- the nation has a row even without contracts
    LEFT JOIN contracts ON contracts.province_code = table_rows.province_code AND contracts.scheme = table_rows.scheme
    LEFT JOIN debtors ON debtors.province_code = table_rows.province_code AND debtors.scheme = table_rows.scheme
)
SELECT
    $month AS month, province_code, scheme, $delivered_month AS delivered_month, contracts,
    without_nik AS contracts_without_nik, debtors, member AS member_debtors, protected AS protected_debtors,
    protected_pu AS protected_pu_debtors, protected_bpu AS protected_bpu_debtors, obliged AS obliged_debtors,
    obliged_protected AS obliged_protected_debtors, obliged_bpu AS obliged_bpu_debtors,
    obliged - obliged_bpu AS owing_bpu_debtors,
    CAST(contracts - without_nik AS DOUBLE) / nullif(CAST(contracts AS DOUBLE), 0) AS link_ratio,
    CAST(protected AS DOUBLE) / nullif(CAST(debtors AS DOUBLE), 0) AS protected_ratio,
    CAST(obliged_bpu AS DOUBLE) / nullif(CAST(obliged AS DOUBLE), 0) AS obligation_ratio,
    'available' AS availability, CAST(NULL AS STRING) AS reason, CAST(NULL AS STRING) AS conf_status
FROM counted
