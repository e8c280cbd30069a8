-- en: Who entered and who left, by segment?
-- id: Siapa yang masuk dan siapa yang keluar, menurut segmen?
SELECT segment, opening_persons, entered_persons, re_entered_persons, became_unpaid_persons,
    left_ended_persons + left_absent_persons AS left_persons, closing_persons
FROM flows
WHERE month = $month AND province_code = $province
ORDER BY segment
