-- changes: persons protected at the end of the month, of the month before, or of both, by what changed. A working table.
-- Grain: what they were and are; one row a person where one is in the register of now and not found before.
-- Unit: persons. Source: compared_persons, compared_memberships, person_status_codes of both months.
-- What a person was counts only where protected before, what a person is only where protected now.
WITH compared AS (
    SELECT
        CAST(NULL AS BIGINT) AS person_id, CAST(NULL AS BIGINT) AS membership_key, c.regency_before, c.status_code_before,
        c.regency_now, c.status_code_now, c.began, c.persons
    FROM compared_persons AS c
    WHERE c.lone_person_id IS NULL
    UNION ALL
    SELECT m.person_id, m.membership_key, m.regency_before, m.status_code_before, m.regency_now, m.status_code_now,
        m.began, 1
    FROM compared_memberships AS m
),
named AS (
    SELECT
        c.person_id, c.membership_key, c.persons, c.began AND c.status_code_before IS NULL AS is_new,
        coalesce(b.status, 'absent') AS status_before, coalesce(n.status, 'absent') AS status_now,
        lpad(CAST(c.regency_before AS STRING), 4, '0') AS region_before, b.segment AS segment_before,
        b.payer AS payer_before, b.vulnerable_basis AS basis_before, coalesce(b.home_basis = 'declared', FALSE) AS declared_before,
        lpad(CAST(c.regency_now AS STRING), 4, '0') AS region_now, n.segment AS segment_now,
        n.payer AS payer_now, n.vulnerable_basis AS basis_now, coalesce(n.home_basis = 'declared', FALSE) AS declared_now
    FROM compared AS c
    LEFT JOIN person_status_codes AS b ON b.month < $month AND b.status_code = c.status_code_before
    LEFT JOIN person_status_codes AS n ON n.month = $month AND n.status_code = c.status_code_now
)
SELECT
    c.person_id, c.membership_key, c.persons,
    CASE
        WHEN c.status_before = 'protected' AND c.status_now = 'protected' THEN 'stayed'
        WHEN c.status_now = 'protected' AND c.is_new THEN 'entered'
        WHEN c.status_now = 'protected' THEN 're_entered'
        WHEN c.status_now = 'absent' THEN 'left_absent'
        WHEN c.status_now = 'ended' THEN 'left_ended'
        ELSE 'became_unpaid'
    END AS kind,
    c.status_before = 'protected' AND c.status_now = 'protected' AND NOT (c.declared_before AND c.declared_now)
        AS is_restated,
    CASE WHEN c.status_before = 'protected' THEN c.region_before END AS region_before,
    CASE WHEN c.status_before = 'protected' THEN c.segment_before END AS segment_before,
    CASE WHEN c.status_before = 'protected' THEN c.payer_before END AS payer_before,
    CASE WHEN c.status_before = 'protected' THEN c.basis_before END AS basis_before,
    CASE WHEN c.status_now = 'protected' THEN c.region_now END AS region_now,
    CASE WHEN c.status_now = 'protected' THEN c.segment_now END AS segment_now,
    CASE WHEN c.status_now = 'protected' THEN c.payer_now END AS payer_now,
    CASE WHEN c.status_now = 'protected' THEN c.basis_now END AS basis_now
FROM named AS c
WHERE c.status_before = 'protected' OR c.status_now = 'protected'
