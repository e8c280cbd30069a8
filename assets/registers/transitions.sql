-- transitions: persons protected at the end of the month, of the month before, or of both, by kind of change.
-- Grain: kind x residence x segment x payer x vulnerable basis, each before and now, x channel now.
-- Unit: persons.
-- Source: changes.
SELECT
    $month AS month, kind, region_before, region_now, is_restated, segment_before, segment_now,
    payer_before, payer_now, channel_now, basis_before, basis_now, CAST(sum(persons) AS BIGINT) AS persons
FROM changes
GROUP BY
    kind, region_before, region_now, is_restated, segment_before, segment_now, payer_before, payer_now,
    channel_now, basis_before, basis_now
