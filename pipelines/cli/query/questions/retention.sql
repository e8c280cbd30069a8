-- en: Do own-account members stay?
-- id: Bagaimana keberlanjutan kepesertaan BPU?
SELECT cohort_month, months_since_entry, entrants_persons, retained_persons, retained_ratio
FROM retention
WHERE segment = 'BPU' AND payer = 'all' AND availability = 'available' AND retained_persons IS NOT NULL
ORDER BY cohort_month, months_since_entry
