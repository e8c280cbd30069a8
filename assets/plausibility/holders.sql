-- holders: how many memberships persons hold. A result.
-- Grain: one row. Units: persons; protected and grace memberships. Source: persons of the month.
SELECT
    count(*) AS persons, CAST(sum(p.registered_memberships) AS BIGINT) AS memberships,
    max(p.registered_memberships) AS most_memberships
FROM persons AS p
WHERE p.registered_memberships > 0
