-- en: How much was due, and how much was paid in time?
-- id: Berapa iuran yang jatuh tempo, dan berapa yang dibayar tepat waktu?
SELECT segment, size_class, due_memberships, due_idr, paid_idr, paid_ratio, in_time_ratio
FROM compliance
WHERE month = $month AND province_code = $province
ORDER BY segment, size_class
