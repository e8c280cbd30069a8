-- changes: persons protected at the end of the month, of the month before, or of both, by kind of change. A working table.
-- Grain: status and attributes before and now; one row per person who is in the register now and was not found before.
-- Unit: persons.
-- Source: compared_persons, compared_memberships, person_status_codes of both months.
-- Attributes of the month before are kept only where the person was protected then; those of now, only where protected now.
WITH compared AS (
    SELECT
        CAST(NULL AS BIGINT) AS person_id, CAST(NULL AS BIGINT) AS membership_key, regency_before, status_code_before,
        regency_now, status_code_now, began, persons
    FROM compared_persons
    WHERE unmatched_person_id IS NULL
    UNION ALL
    SELECT person_id, membership_key, regency_before, status_code_before, regency_now, status_code_now,
        began, 1
    FROM compared_memberships
),
labelled AS (
    SELECT
        compared.person_id, compared.membership_key, compared.persons,
        compared.began AND compared.status_code_before IS NULL AS is_new,
        coalesce(codes_before.status, 'absent') AS status_before, coalesce(codes_now.status, 'absent') AS status_now,
        lpad(CAST(compared.regency_before AS STRING), 4, '0') AS region_before, codes_before.segment AS segment_before,
        codes_before.payer AS payer_before, codes_before.vulnerable_basis AS basis_before,
        coalesce(codes_before.home_basis = 'declared', FALSE) AS declared_before,
        lpad(CAST(compared.regency_now AS STRING), 4, '0') AS region_now, codes_now.segment AS segment_now,
        codes_now.payer AS payer_now, codes_now.channel AS channel_now, codes_now.vulnerable_basis AS basis_now,
        coalesce(codes_now.home_basis = 'declared', FALSE) AS declared_now
    FROM compared
    LEFT JOIN person_status_codes AS codes_before ON codes_before.month < $month
        AND codes_before.status_code = compared.status_code_before
    LEFT JOIN person_status_codes AS codes_now ON codes_now.month = $month AND codes_now.status_code = compared.status_code_now
)
SELECT
    person_id, membership_key, persons,
    CASE
        WHEN status_before = 'protected' AND status_now = 'protected' THEN 'stayed'
        WHEN status_now = 'protected' AND is_new THEN 'entered'
        WHEN status_now = 'protected' THEN 're_entered'
        WHEN status_now = 'absent' THEN 'left_absent'
        WHEN status_now = 'ended' THEN 'left_ended'
        ELSE 'became_unpaid'
    END AS kind,
    status_before = 'protected' AND status_now = 'protected' AND NOT (declared_before AND declared_now)
        AS is_restated,
    CASE WHEN status_before = 'protected' THEN region_before END AS region_before,
    CASE WHEN status_before = 'protected' THEN segment_before END AS segment_before,
    CASE WHEN status_before = 'protected' THEN payer_before END AS payer_before,
    CASE WHEN status_before = 'protected' THEN basis_before END AS basis_before,
    CASE WHEN status_now = 'protected' THEN region_now END AS region_now,
    CASE WHEN status_now = 'protected' THEN segment_now END AS segment_now,
    CASE WHEN status_now = 'protected' THEN payer_now END AS payer_now,
    CASE WHEN status_now = 'protected' THEN channel_now END AS channel_now,
    CASE WHEN status_now = 'protected' THEN basis_now END AS basis_now
FROM labelled
WHERE status_before = 'protected' OR status_now = 'protected'
