-- en: Who is dormant, and for how long?
-- id: Siapa yang tidak aktif, dan sudah berapa lama?
SELECT segment, member_persons, active_ratio, dormant_1_3_persons, dormant_4_6_persons, dormant_7_12_persons,
    dormant_13_24_persons, dormant_25_persons, re_entered_persons
FROM activity
WHERE month = $month AND province_code = $province AND payer = 'all' AND channel = 'all'
ORDER BY segment
