-- en: Do the figures agree with those that others published?
-- id: Apakah angka ini sesuai dengan angka yang dipublikasikan pihak lain?
SELECT indicator, segment, published_value, our_value, verdict, source
FROM reconciliation
WHERE month = $month AND verdict <> 'not_computed'
ORDER BY verdict, figure_id
