-- memberships_per_person: how many memberships persons hold. A result.
-- Grain: one row.
-- Units: persons; protected and grace memberships.
-- Source: persons of the month.
SELECT
    count(*) AS persons, CAST(sum(registered_memberships) AS BIGINT) AS memberships,
    max(registered_memberships) AS most_memberships
FROM persons
WHERE registered_memberships > 0
