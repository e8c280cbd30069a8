-- repeated_persons: persons with more than one membership in the month. A working table.
-- Grain: one row per person.
-- Unit: none.
-- Source: memberships.
SELECT person_id FROM memberships GROUP BY person_id HAVING count(*) > 1
