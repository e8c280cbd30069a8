-- transitions: persons protected at the end of the month, of the month before, or of both, by what changed.
-- Grain: kind x residence x segment x payer x vulnerable basis, each before and now. Unit: persons. Source: changes.
SELECT
    $month AS month, c.kind, c.region_before, c.region_now, c.is_restated, c.segment_before, c.segment_now,
    c.payer_before, c.payer_now, c.basis_before, c.basis_now, CAST(sum(c.persons) AS BIGINT) AS persons
FROM changes AS c
GROUP BY
    c.kind, c.region_before, c.region_now, c.is_restated, c.segment_before, c.segment_now, c.payer_before, c.payer_now,
    c.basis_before, c.basis_now
