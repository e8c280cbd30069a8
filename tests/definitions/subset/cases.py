"""Of each rule, the smallest SQL that breaks it and its neighbour that is right. Not: SQL of the product."""

# What breaks a rule, by that rule alone; and its neighbour that is right.
CASES: dict[str, list[tuple[str, str]]] = {
    "one query": [
        ("SELECT a FROM t;", "SELECT a FROM t"),
        ("SELECT a FROM t; SELECT b FROM t", "SELECT a FROM t UNION ALL SELECT b FROM t"),
        ("SELECT a FROM", "SELECT a FROM t"),
        ("CREATE TABLE u AS SELECT a FROM t", "WITH u AS (SELECT a FROM t) SELECT a FROM u"),
        ("DELETE FROM t", "SELECT a FROM t WHERE a IS NULL"),
        ("SELECT /*+ BROADCAST(t) */ a FROM t", "SELECT a FROM t -- /* a comment of a line may say so */"),
        ("SELECT a FROM t WHERE a = :month", "SELECT a FROM t WHERE a = $month"),
    ],
    "star": [
        ("SELECT * FROM t", "SELECT a, b FROM t"),
        ("SELECT t.* FROM t", "SELECT t.a FROM t"),
        ("SELECT * EXCLUDE (b) FROM t", "SELECT a FROM t"),
        ("SELECT COLUMNS('a') FROM t", "SELECT a FROM t"),
        ("FROM t", "SELECT count(*) AS n FROM t"),
    ],
    "order": [
        ("SELECT a FROM t ORDER BY a NULLS LAST", "SELECT row_number() OVER (ORDER BY a NULLS LAST) AS place FROM t"),
        ("SELECT a FROM (SELECT a FROM t ORDER BY ALL) AS u", "SELECT a FROM (SELECT a FROM t) AS u"),
        ("SELECT min(a ORDER BY b) AS a FROM t", "SELECT min(a) AS a FROM t"),
    ],
    "limit": [
        ("SELECT a FROM t LIMIT 3", "SELECT a FROM t WHERE place <= 3"),
        ("SELECT a FROM t OFFSET 3", "SELECT a FROM t WHERE place > 3"),
        ("SELECT a FROM t TABLESAMPLE 10%", "SELECT a FROM t"),
        ("SELECT a FROM t USING SAMPLE 10", "SELECT a FROM t"),
    ],
    "qualify": [
        (
            "SELECT a FROM t QUALIFY row_number() OVER (ORDER BY a NULLS LAST) = 1",
            "SELECT a FROM (SELECT a, row_number() OVER (ORDER BY a NULLS LAST) AS place FROM t) AS u WHERE place = 1",
        ),
    ],
    "pivot": [
        (
            "SELECT a FROM t PIVOT (max(b) FOR c IN ('x'))",
            "SELECT a, max(CASE WHEN c = 'x' THEN b END) AS x FROM t GROUP BY a",
        ),
    ],
    "filter": [
        ("SELECT count(*) FILTER (WHERE b) AS n FROM t", "SELECT count(CASE WHEN b THEN 1 END) AS n FROM t"),
    ],
    "interval": [
        ("SELECT a + INTERVAL 1 MONTH AS a FROM t", "SELECT month_index + 1 AS a FROM t"),
        ("SELECT a - INTERVAL (k) DAY AS a FROM t", "SELECT a FROM t WHERE a < $month_end"),
    ],
    "recursion": [
        ("WITH RECURSIVE u AS (SELECT 1 AS a) SELECT a FROM u", "WITH u AS (SELECT 1 AS a) SELECT a FROM u"),
    ],
    "lists": [
        ("SELECT [a, b] AS l FROM t", "SELECT a, b FROM t"),
        ("SELECT l[1] AS a FROM t", "SELECT a FROM t"),
        ("SELECT {'a': 1} AS s FROM t", "SELECT 1 AS a FROM t"),
        ("SELECT [x + 1 FOR x IN l] AS l FROM t", "SELECT x + 1 AS y FROM t"),
    ],
    "distinct on": [
        ("SELECT DISTINCT ON (a) a, b FROM t", "SELECT DISTINCT a, b FROM t"),
        ("SELECT count(DISTINCT a, b) AS n FROM t", "SELECT count(DISTINCT a) AS n FROM t"),
    ],
    "group by": [
        ("SELECT a, count(*) AS n FROM t GROUP BY ALL", "SELECT a, count(*) AS n FROM t GROUP BY a"),
        ("SELECT a, count(*) AS n FROM t GROUP BY 1", "SELECT a, count(*) AS n FROM t GROUP BY a"),
    ],
    "join": [
        ("SELECT t.a FROM t JOIN u USING (k)", "SELECT t.a FROM t JOIN u ON u.k = t.k"),
        ("SELECT t.a FROM t NATURAL JOIN u", "SELECT t.a FROM t JOIN u ON u.k IS NOT DISTINCT FROM t.k"),
        ("SELECT t.a FROM t, u", "SELECT t.a FROM t CROSS JOIN u"),
        ("SELECT t.a FROM t JOIN u", "SELECT t.a FROM t INNER JOIN u ON u.k = t.k"),
        ("SELECT t.a FROM t ASOF JOIN u ON t.k >= u.k", "SELECT t.a FROM t JOIN u ON t.k >= u.k"),
        ("SELECT t.a FROM t SEMI JOIN u ON u.k = t.k", "SELECT t.a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.k = t.k)"),
        ("SELECT t.a FROM t RIGHT JOIN u ON u.k = t.k", "SELECT t.a FROM u LEFT JOIN t ON u.k = t.k"),
        ("SELECT t.a FROM t POSITIONAL JOIN u", "SELECT t.a FROM t FULL OUTER JOIN u ON u.k = t.k"),
    ],
    "union": [
        ("SELECT a FROM t UNION ALL BY NAME SELECT a FROM u", "SELECT a FROM t UNION ALL SELECT a FROM u"),
    ],
    "alias": [
        ("SELECT a + 1 AS b FROM t WHERE b > 2", "SELECT a + 1 AS b FROM t WHERE t.b > 2"),
        ("SELECT a + 1 AS b FROM t GROUP BY b", "SELECT a + 1 AS b FROM t GROUP BY a + 1"),
        ("SELECT a + 1 AS b, b * 2 AS c FROM t", "SELECT a + 1 AS b, (a + 1) * 2 AS c FROM t"),
        ("SELECT a, max(c) AS b FROM t GROUP BY a HAVING b > 1", "SELECT a, max(c) AS b FROM t GROUP BY a HAVING max(c) > 1"),
        ("SELECT b AS c FROM t WHERE c > 1", "SELECT coalesce(c, 0) AS c FROM t WHERE c > 1 GROUP BY c"),
        ("SELECT t.c AS k FROM t JOIN u ON u.k = k", "SELECT t.c AS k FROM t JOIN u ON u.k = t.k"),
    ],
    "grouping": [
        (
            "SELECT a, b FROM t GROUP BY a, b HAVING GROUPING(a, b) = 1",
            "SELECT a, b FROM t GROUP BY a, b HAVING GROUPING(a) = 1 OR GROUPING(b) = 1",
        ),
        (
            "SELECT GROUPING(a) AS level FROM t GROUP BY GROUPING SETS ((a), ()) HAVING count(*) > 0",
            "SELECT CASE WHEN GROUPING(a) = 1 THEN 1 ELSE 0 END AS level FROM t GROUP BY GROUPING SETS ((a), ()) HAVING count(*) > 0",
        ),
    ],
    "rolled-up key": [
        (
            "SELECT a, b FROM t GROUP BY GROUPING SETS ((a, b), (a))",
            "SELECT a, CASE WHEN GROUPING(b) = 1 THEN 'all' ELSE b END AS b FROM t GROUP BY GROUPING SETS ((a, b), (a))",
        ),
        (
            "SELECT CASE WHEN GROUPING(a) = 1 THEN 'all' ELSE b END AS c FROM t GROUP BY GROUPING SETS ((a, b), ()) HAVING count(*) > 0",
            "SELECT CASE WHEN GROUPING(a) = 1 THEN 'all' ELSE a END AS a, max(b) AS b FROM t GROUP BY GROUPING SETS ((a, b), ()) HAVING count(*) > 0",
        ),
        (
            "SELECT count(*) AS n FROM t GROUP BY GROUPING SETS ((substr(a, 1, 2)), ()) HAVING count(*) > 0",
            "SELECT count(*) AS n FROM t GROUP BY GROUPING SETS ((a), ()) HAVING count(*) > 0",
        ),
    ],
    "having": [
        (
            "SELECT count(*) AS n FROM t GROUP BY GROUPING SETS ((a, b), (b)) HAVING GROUPING(t.a) = 1",
            "SELECT count(*) AS n FROM t GROUP BY GROUPING SETS ((a, b), (b)) HAVING max(t.a) = 1",
        ),
        (
            "SELECT count(*) AS n FROM t GROUP BY GROUPING SETS ((a, b), (b)) HAVING b = 'x' OR count(*) > 1",
            "SELECT b, count(*) AS n FROM t GROUP BY b HAVING b = 'x' OR count(*) > 1",
        ),
    ],
    "empty set": [
        (
            "SELECT count(*) AS n FROM t GROUP BY GROUPING SETS ((a), ())",
            "SELECT count(*) AS n FROM t GROUP BY GROUPING SETS ((a), ()) HAVING count(*) > 0",
        ),
        (
            "SELECT count(*) AS n FROM t GROUP BY GROUPING SETS ((a), ()) HAVING count(*) >= 0",
            "SELECT count(*) AS n FROM t",
        ),
    ],
    "function": [
        (f"SELECT {call} AS b FROM t", "SELECT a AS b FROM t")
        for call in (
            "round(a, 2)", "date_diff('month', a, b)", "date_trunc('month', a)", "date_part('year', a)", "dayofweek(a)",
            "strftime(a, '%Y')", "extract(year FROM a)", "median(a)", "quantile_cont(a, 0.5)", "percentile(a, 0.5)",
            "list(a)", "array_agg(a)", "string_agg(a, ',')", "string_split(a, ',')", "unnest(a)", "list_transform(a, x -> x)",
            "first(a)", "last(a)", "any_value(a)", "arg_max(a, b)", "max_by(a, b)", "regexp_matches(a, 'x')",
            "regexp_replace(a, 'x', 'y')", "try_cast(a AS BIGINT)", "avg(a)", "stddev(a)", "concat(a, b)", "if(a, 1, 2)",
            "ifnull(a, 0)", "len(a)", "substring(a, 1, 2)", "md5(a)", "grouping_id(a)", "a_function_of_nobody(a)",
        )
    ] + [
        ("SELECT a FROM read_parquet('x')", "SELECT a FROM t"),
        ("SELECT a FROM range(3) AS t", "SELECT a FROM t"),
        ("SELECT a FROM t WHERE regexp_full_match(a, 'x')", "SELECT a FROM t WHERE substr(a, 1, 1) = 'x'"),
        ("SELECT SUM_OF(a) AS b FROM t", "SELECT MAX(a) AS b FROM t"),
    ],
    "text function": [
        ("SELECT substr(a, 0, 2) AS b FROM t", "SELECT substr(a, 1, 2) AS b FROM t"),
        ("SELECT substr(a, -2) AS b FROM t", "SELECT substr(a, 3) AS b FROM t"),
        ("SELECT substr(a, k, 2) AS b FROM t", "SELECT substr(a, 3, k) AS b FROM t"),
        ("SELECT lpad(a, 4) AS b FROM t", "SELECT lpad(a, 4, '0') AS b FROM t"),
    ],
    "quoted name": [
        ('SELECT "a" FROM t', "SELECT a FROM t"),
        ('SELECT b AS "a b" FROM t', "SELECT b AS a_b FROM t"),
        ("SELECT a FROM 'x.parquet'", "SELECT a FROM x"),
        ("SELECT a FROM main.t", "SELECT a FROM t"),
    ],
    "text": [
        ("SELECT 'it''s' AS a FROM t", "SELECT 'its' AS a FROM t"),
        ("SELECT 'a\\n' AS a FROM t", "SELECT 'a/n' AS a FROM t"),
        ("SELECT '$month' AS a FROM t", "SELECT 'month' AS a FROM t"),
        ("SELECT 'a -- b' AS a FROM t", "SELECT 'a - b' AS a FROM t"),
    ],
    "parameter": [
        ("SELECT a FROM t WHERE a = ?", "SELECT a FROM t WHERE a = $month"),
        ("SELECT a FROM t WHERE a = $1", "SELECT a FROM t WHERE a = $month_1"),
    ],
    "untyped null": [
        ("SELECT NULL AS a FROM t", "SELECT CAST(NULL AS STRING) AS a FROM t"),
        ("SELECT NULL, a FROM t", "SELECT a FROM t UNION ALL SELECT NULL"),
        (
            "WITH u AS (SELECT a, NULL AS b FROM t UNION ALL SELECT a, b FROM t) SELECT a, b FROM u",
            "WITH u AS (SELECT a, b FROM t UNION ALL SELECT a, NULL FROM t) SELECT a, b FROM u",
        ),
        ("SELECT a FROM (SELECT NULL AS a) AS u", "SELECT a FROM (SELECT CAST(NULL AS DATE) AS a) AS u"),
    ],
    "nulls last": [
        (f"SELECT row_number() OVER ({given}) AS place FROM t", f"SELECT row_number() OVER ({right}) AS place FROM t")
        for given, right in (
            ("ORDER BY a", "ORDER BY a NULLS LAST"), ("ORDER BY a DESC", "ORDER BY a DESC NULLS LAST"),
            ("ORDER BY a NULLS LAST, b", "ORDER BY a NULLS LAST, b NULLS LAST"),
            ("ORDER BY a, b NULLS LAST", "PARTITION BY a ORDER BY b NULLS LAST"),
            ("ORDER BY a NULLS FIRST", "ORDER BY a NULLS LAST"), ("PARTITION BY a", "PARTITION BY a ORDER BY b NULLS LAST"),
            ("ORDER BY coalesce(a, last)", "ORDER BY coalesce(a, last) NULLS LAST"),
        )
    ],
    "division": [
        ("SELECT a / nullif(b, 0) AS c FROM t", "SELECT CAST(a AS DOUBLE) / nullif(b, 0) AS c FROM t"),
        ("SELECT 1 / 3.0 AS c FROM t", "SELECT 1 / 3 AS c FROM t"),
        ("SELECT a / 100 AS c FROM t", "SELECT CAST(a AS BIGINT) / 100 AS c FROM t"),
        ("SELECT 1.5 * a / 100 AS c FROM t", "SELECT 1.5 * CAST(a AS DOUBLE) / 100 AS c FROM t"),
        (
            "WITH u AS (SELECT CAST(a AS DECIMAL(9, 2)) AS a FROM t) SELECT a / 2 AS c FROM u",
            "WITH u AS (SELECT CAST(a AS DOUBLE) AS a FROM t) SELECT a / 2 AS c FROM u",
        ),
        (
            "WITH u AS (SELECT a FROM t UNION ALL SELECT CAST(a AS BIGINT) FROM t) SELECT a / 2 AS c FROM u",
            "WITH u AS (SELECT a FROM t UNION ALL SELECT CAST(a AS DOUBLE) FROM t) SELECT a / 2 AS c FROM u",
        ),
        ("SELECT coalesce(a, 0) / 2 AS c FROM t", "SELECT coalesce(CAST(a AS INTEGER), 0) / 2 AS c FROM t"),
    ],
    "zero": [
        ("SELECT CAST(a AS DOUBLE) / b AS c FROM t", "SELECT CAST(a AS DOUBLE) / nullif(b, 0) AS c FROM t"),
        ("SELECT CAST(a AS DOUBLE) / 0 AS c FROM t", "SELECT CAST(a AS DOUBLE) / 10 AS c FROM t"),
        ("SELECT CAST(a AS DOUBLE) / nullif(b, 1) AS c FROM t", "SELECT CAST(a AS DOUBLE) / (CAST(nullif(b, 0) AS DOUBLE)) AS c FROM t"),
        (
            "SELECT CAST(a AS DOUBLE) / CASE WHEN b = 'x' THEN 1000 ELSE 0 END AS c FROM t",
            "SELECT CAST(a AS DOUBLE) / CASE WHEN b = 'x' THEN 1000 ELSE 1 END AS c FROM t",
        ),
    ],
    "sum": [
        ("SELECT sum(a) AS b FROM t", "SELECT CAST(sum(a) AS BIGINT) AS b FROM t"),
        ("SELECT coalesce(sum(a), 0) AS b FROM t", "SELECT CAST(coalesce(sum(a), 0) AS BIGINT) AS b FROM t"),
        ("SELECT CASE WHEN min(a) > 0 THEN sum(a) END AS b FROM t", "SELECT CASE WHEN sum(a) = 0 THEN 'none' END AS b FROM t"),
        ("SELECT CAST(sum(a) - sum(b) AS BIGINT) AS c FROM t", "SELECT CAST(sum(a - b) AS BIGINT) AS c FROM t"),
        ("SELECT b, sum(a) OVER (PARTITION BY b) AS c FROM t", "SELECT b, CAST(sum(a) OVER (PARTITION BY b) AS BIGINT) AS c FROM t"),
        ("SELECT CAST(sum(a) AS STRING) AS b FROM t", "SELECT b FROM t GROUP BY b HAVING sum(a) > 0"),
    ],
    "sum of doubles": [
        ("SELECT CAST(sum(CAST(a AS DOUBLE)) AS DOUBLE) AS b FROM t", "SELECT CAST(sum(CAST(a AS DECIMAL(19, 2))) AS DECIMAL(38, 2)) AS b FROM t"),
        (
            "SELECT CAST(sum(r) AS DOUBLE) AS b FROM (SELECT CAST(a AS DOUBLE) / 2 AS r FROM t) AS u",
            "SELECT CAST(sum(r) AS DOUBLE) / 2 AS b FROM (SELECT a AS r FROM t) AS u",
        ),
    ],
    "short cast": [("SELECT a::BIGINT AS b FROM t", "SELECT CAST(a AS BIGINT) AS b FROM t")],
    "type": [
        (f"SELECT CAST(a AS {given}) AS b FROM t", f"SELECT CAST(a AS {right}) AS b FROM t")
        for given, right in (
            ("VARCHAR", "STRING"), ("TEXT", "STRING"), ("VARCHAR(3)", "STRING"), ("INT", "INTEGER"), ("FLOAT", "DOUBLE"),
            ("HUGEINT", "BIGINT"), ("UBIGINT", "BIGINT"), ("TINYINT", "SMALLINT"), ("TIMESTAMP", "DATE"),
            ("DECIMAL", "DECIMAL(38, 0)"), ("NUMERIC(9, 2)", "DECIMAL(9, 2)"), ("BIGINT[]", "BIGINT"), ("BOOL", "BOOLEAN"),
        )
    ],
    "fraction cast": [
        ("SELECT CAST(a + 0.5 AS BIGINT) AS b FROM t", "SELECT CAST(floor(a + 0.5) AS BIGINT) AS b FROM t"),
        ("SELECT CAST(CAST(a AS DOUBLE) AS INTEGER) AS b FROM t", "SELECT CAST(ceil(CAST(a AS DOUBLE)) AS INTEGER) AS b FROM t"),
        ("SELECT CAST(CAST(a AS BIGINT) / 2 AS SMALLINT) AS b FROM t", "SELECT CAST(CAST(a AS BIGINT) * 2 AS SMALLINT) AS b FROM t"),
        ("SELECT CAST(a * 1.5 AS STRING) AS b FROM t", "SELECT CAST(a AS STRING) AS b FROM t"),
        ("SELECT CAST(sqrt(a) AS DECIMAL(9, 2)) AS b FROM t", "SELECT CAST(CAST(a AS BIGINT) AS DECIMAL(9, 2)) AS b FROM t"),
        (
            "SELECT CAST(c AS BIGINT) AS d FROM (SELECT coalesce(a, 0.5) AS c FROM t) AS u",
            "SELECT CAST(c AS BIGINT) AS d FROM (SELECT coalesce(a, 5) AS c FROM t) AS u",
        ),
    ],
    "floor": [
        ("SELECT floor(a) AS b FROM t", "SELECT CAST(floor(a) AS BIGINT) AS b FROM t"),
        ("SELECT floor(a) + 1 AS b FROM t", "SELECT CAST(floor(a) + 1 AS BIGINT) AS b FROM t"),
        ("SELECT CAST(ceil(a) AS DOUBLE) AS b FROM t", "SELECT CAST(CASE WHEN c THEN ceil(a) ELSE 0 END AS INTEGER) AS b FROM t"),
    ],
    "date arithmetic": [
        ("SELECT CAST(a AS DATE) - b AS n FROM t", "SELECT a - b AS n FROM t"),
        ("SELECT DATE '2024-01-01' + 1 AS d FROM t", "SELECT DATE '2024-01-01' AS d FROM t"),
        (
            "SELECT a - coalesce(d, b) AS n FROM (SELECT a, b, CAST(c AS DATE) AS d FROM t) AS u",
            "SELECT a - coalesce(d, b) AS n FROM (SELECT a, b, CAST(year(c) AS INTEGER) AS d FROM t) AS u",
        ),
    ],
    "year and month": [
        ("SELECT year(a) AS b FROM t", "SELECT CAST(year(a) AS INTEGER) AS b FROM t"),
        ("SELECT CAST(month(a) + 1 AS INTEGER) AS b FROM t", "SELECT CAST(month(a) AS INTEGER) + 1 AS b FROM t"),
    ],
    "allow-list": [
        ("SELECT a FROM t WHERE a LIKE 'x%'", "SELECT a FROM t WHERE substr(a, 1, 1) = 'x'"),
        ("SELECT a % 2 AS b FROM t", "SELECT a * 2 AS b FROM t"),
        ("SELECT a // 2 AS b FROM t", "SELECT CAST(floor(CAST(a AS DOUBLE) / 2) AS BIGINT) AS b FROM t"),
        ("SELECT current_date AS b FROM t", "SELECT $month AS b FROM t"),
        ("SELECT a FROM t EXCEPT SELECT a FROM u", "SELECT a FROM t UNION SELECT a FROM u"),
        ("SELECT a FROM t GROUP BY ROLLUP (a)", "SELECT a FROM t GROUP BY GROUPING SETS ((a))"),
        ("WITH u AS MATERIALIZED (SELECT a FROM t) SELECT a FROM u", "WITH u AS (SELECT a FROM t) SELECT a FROM u"),
        ("SELECT max(a) OVER (ORDER BY b NULLS LAST ROWS 1 PRECEDING) AS c FROM t", "SELECT max(a) OVER (ORDER BY b NULLS LAST) AS c FROM t"),
        ("SELECT row_number() OVER w AS c FROM t WINDOW w AS (ORDER BY a NULLS LAST)", "SELECT row_number() OVER (ORDER BY a NULLS LAST) AS c FROM t"),
        ("SELECT a FROM t WHERE b = ANY (SELECT b FROM u)", "SELECT a FROM t WHERE b IN (SELECT b FROM u)"),
    ],
}  # fmt: skip
