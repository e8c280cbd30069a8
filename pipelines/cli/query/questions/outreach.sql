-- en: What followed outreach, by channel?
-- id: Apa yang terjadi setelah sosialisasi, menurut saluran?
SELECT held_month, channel, reach_persons, cost_idr, additional_enrolments, additional_low, additional_high, cost_per_additional_idr
FROM outreach
WHERE month = $month AND province_code = $province AND segment = 'BPU' AND months_observed = 3
ORDER BY held_month, channel
