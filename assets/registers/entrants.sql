-- entrants: persons who entered in the month, to ask later how many of them stayed.
-- Grain: one row a person. Source: changes.
SELECT $month AS month, c.person_id, c.membership_key, c.segment_now AS segment, c.payer_now AS payer
FROM changes AS c
WHERE c.kind = 'entered'
