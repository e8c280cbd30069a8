-- en: How many debtors of KUR are protected, and how many must still join as BPU?
-- id: Berapa debitur KUR yang terlindungi, dan berapa yang wajib tetapi belum terlindungi sebagai peserta BPU?
SELECT scheme, debtors, protected_ratio, obliged_debtors, owing_bpu_debtors
FROM kur_linkage
WHERE month = $month AND province_code = $province
ORDER BY scheme
