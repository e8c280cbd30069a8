-- entrants: persons who entered in the month, to measure later how many stayed.
-- Grain: one row per person.
-- Unit: persons.
-- Source: changes.
SELECT $month AS month, person_id, membership_key, segment_now AS segment, payer_now AS payer
FROM changes
WHERE kind = 'entered'
