-- scorecard_programmes: regulations, budgets and vulnerable workers of each region. A working table.
-- Grain: region; no row where the table is not available.
-- Units: IDR, persons.
-- Source: regional_programmes (available rows), scorecard_residents.
-- A delivered list that names no programme of a region states that it has none: no regulation, a budget of zero. Its vulnerable
-- workers are not in the table.
WITH delivered AS (
    SELECT max(CASE WHEN availability = 'available' THEN 1 ELSE 0 END) AS is_available FROM regional_programmes
)
SELECT
    residents.region_code, coalesce(programmes.has_perda, 1 = 0) AS has_perda, coalesce(programmes.has_perkada, 1 = 0) AS has_perkada,
    coalesce(programmes.budget_idr, 0) AS budget_idr, coalesce(programmes.budget_apbd_idr, 0) AS budget_apbd_idr,
    coalesce(programmes.budget_apbdes_idr, 0) AS budget_apbdes_idr,
    coalesce(programmes.budget_palm_oil_idr, 0) AS budget_palm_oil_idr,
    coalesce(programmes.budget_tobacco_idr, 0) AS budget_tobacco_idr, coalesce(programmes.budget_csr_idr, 0) AS budget_csr_idr,
    coalesce(programmes.budget_donor_idr, 0) AS budget_donor_idr,
    CASE WHEN programmes.region_code IS NULL THEN 0 ELSE programmes.affordable_workers END AS affordable_workers,
    coalesce(programmes.paid_workers, 0) AS paid_workers, programmes.vulnerable_persons, programmes.need_persons,
    programmes.adequacy_ratio
FROM scorecard_residents AS residents
CROSS JOIN delivered
LEFT JOIN regional_programmes AS programmes
    ON programmes.region_code = residents.region_code AND programmes.region_level = residents.region_level
        AND programmes.availability = 'available'
WHERE delivered.is_available = 1
