"""The rules by name, each with its reason and the remedy, and the messages of the lint. Not: how a breach is found."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from tests.definitions.subset import figures, shape
from tests.definitions.subset.reading import NotOneQuery, Text, line
from tests.definitions.subset.words import FUNCTIONS, INSTEAD, NODES, TYPES


@dataclass(frozen=True)
class Rule:
    """One rule: its name, why the engines differ, what to write instead, and what breaks it in a text."""

    name: str
    why: str
    instead: str
    breaks: Callable[[Text], shape.Found]


ONE_QUERY = Rule(
    "one query", "a stage wraps the text in another query, and removes `--` comments first",
    "one SELECT, its parts in WITH; no semicolon, no `/* */`", lambda text: (),
)  # fmt: skip
UNNAMED = Rule(
    "allow-list", "it was not tested on both engines", "the constructs of the subset (tests/definitions/subset/words.py)",
    shape.unlisted,
)  # fmt: skip
RULES = (
    Rule("star", "a star selects columns without naming them, in the order of the engine", "every column by its name", shape.stars),
    Rule("order", "the publisher orders a table; within an aggregate Spark drops the order", "no ORDER BY outside OVER (…)", shape.orders),
    Rule("limit", "the engine chooses the rows of a LIMIT or a sample", "row_number() in a subquery, then WHERE row_rank <= n",
         shape.nodes(exp.Limit, exp.Offset, exp.Fetch, exp.TableSample)),
    Rule("qualify", "QUALIFY is not in Spark 4.0", "row_number() in a subquery, then WHERE row_rank = 1", shape.nodes(exp.Qualify)),
    Rule("pivot", "PIVOT has a different syntax in each engine", "one sum(CASE WHEN … THEN … END) per column", shape.nodes(exp.Pivot)),
    Rule("filter", "FILTER of an aggregate is not in every engine; CASE is", "sum(CASE WHEN … THEN x ELSE 0 END)", shape.nodes(exp.Filter)),
    Rule("interval", "a date with an interval is a date in Spark and a timestamp in DuckDB",
         "a month as year * 12 + month; a day as a parameter", shape.nodes(exp.Interval)),
    Rule("recursion", "a recursive WITH is not in older Spark", "a table of the steps, built by the stage", shape.recursions),
    Rule("lists", "lists count from 1 in DuckDB and from 0 in Spark, and Spark drops nulls from lists", "one row per value",
         shape.nodes(exp.Array, exp.Struct, exp.Bracket, exp.Comprehension)),
    Rule("distinct on", "the engine chooses the row that DISTINCT ON keeps; only Spark counts distinct values of several columns",
         "row_number() in a subquery, then WHERE row_rank = 1; or GROUP BY", shape.distincts),
    Rule("group by", "GROUP BY ALL and positions follow the select list, which changes", "the keys by name", shape.groups),
    Rule("join", "USING and NATURAL choose columns by name; lists of tables, ASOF, SEMI and LATERAL are not in every engine",
         "JOIN, LEFT JOIN or FULL OUTER JOIN with ON; CROSS JOIN without", shape.joins),
    Rule("union", "UNION BY NAME exists only in DuckDB", "UNION or UNION ALL with the columns in one order", shape.unions),
    Rule("alias", "Spark has no alias in WHERE; in other clauses the name may be the alias or a column",
         "the expression again, the column with its table, or a subquery", shape.aliases),
    Rule("grouping", "GROUPING of several columns exists only in DuckDB; of one column, it is a BIGINT in DuckDB and a TINYINT in Spark",
         "GROUPING(x) = 1, one column at a time", shape.groupings),
    Rule("rolled-up key", "a key that a set leaves out is NULL, and NULL joins nothing",
         "CASE WHEN GROUPING(x) = 1 THEN 'all' ELSE x END, of plain columns", shape.rolled_up),
    Rule("having", "with GROUPING SETS, Spark looks for the keys of HAVING among the selected columns",
         "a WHERE around it; in HAVING, aggregates only", shape.havings),
    Rule("empty set", "over no rows the grouping set () gives one row in DuckDB and no row in Spark", "HAVING count(*) > 0",
         shape.empty_sets),
    Rule("function", "the same name rounds, counts or orders differently, or is in one engine only", f"one of {', '.join(FUNCTIONS)}",
         shape.functions),
    Rule("text function", "from 0, substr is one shorter in DuckDB; lpad without a filler exists only in Spark", "substr(x, 1, n), lpad(x, n, '0')", shape.text_functions),
    Rule("quoted name", 'in Spark "x" is a text; the stage chooses the schema or file', "plain names", shape.names),
    Rule("text", "a backslash escapes in Spark, and a doubled quote is lost in older ones; `--` and `$` are read before the engine",
         "texts without them, or a code list", shape.literals),
    Rule("parameter", "the stage gives values by name", "$name", shape.parameters),
    Rule("untyped null", "a column of bare NULL has no type in Spark, and cannot be stored", "CAST(NULL AS STRING)", shape.untyped_nulls),
    Rule("nulls last", "the position of nulls differs; without an order, so does the first row", "NULLS LAST after every key of OVER (… ORDER BY …)",
         shape.windows),
    Rule("division", "a decimal divided is a DOUBLE in DuckDB and a DECIMAL in Spark",
         "CAST(a AS DOUBLE) / …, or whole numbers that the text has cast", figures.divisions),
    Rule("zero", "a division by zero is infinite in DuckDB and fails in Spark", "nullif(x, 0) as the divisor, or a number", figures.divisors),
    Rule("sum", "a sum of whole numbers is a HUGEINT in DuckDB and a BIGINT in Spark", "CAST(sum(x) AS BIGINT); bare only in a comparison",
         figures.bare_sums),
    Rule("sum of doubles", "the last digit of a sum of doubles depends on the order", "sum whole numbers or DECIMAL(p, s), divide afterwards",
         figures.sums_of_doubles),
    Rule("short cast", "x::type is not in older Spark", "CAST(x AS type)", figures.short_casts),
    Rule("type", "other types, or other names of them, are not in both engines", f"CAST to {', '.join(TYPES)}; DECIMAL with (p, s)",
         figures.types),
    Rule("fraction cast", "CAST(3.5 AS INTEGER) is 4 in DuckDB and 3 in Spark; a double as text or decimal differs in its digits",
         "floor(x + 0.5) or ceil(x), then CAST", figures.fractions_to_whole),
    Rule("floor", "floor() gives a DOUBLE in DuckDB and a BIGINT in Spark", "CAST(floor(x) AS BIGINT)", figures.bare_floors),
    Rule("date arithmetic", "days between dates are a number in DuckDB and an interval in Spark",
         "a month as year * 12 + month; a day as a parameter", figures.date_arithmetic),
    Rule("year and month", "year() is a BIGINT in DuckDB and an INTEGER in Spark", "CAST(year(x) AS INTEGER)", figures.bare_date_parts),
)  # fmt: skip
NAMES = (ONE_QUERY.name, *(rule.name for rule in RULES), UNNAMED.name)


def refusals(sql: str, file: str = "sql") -> list[str]:
    """One line per breach: `file:line: rule: what: how to write it instead`. Breaches of the allow-list are reported if there is no other."""
    try:
        text = Text(sql)
    except NotOneQuery as refused:
        return [f"{file}: {ONE_QUERY.name}: {refused}: {ONE_QUERY.instead}"]
    found = [(rule, node) for rule in RULES for node in rule.breaks(text)] or [
        (UNNAMED, node) for node in UNNAMED.breaks(text)
    ]
    placed = sorted(((line(text, node), rule, node) for rule, node in found), key=lambda breach: breach[0])
    return [f"{file}:{at}: {rule.name}: {_what(node)}: {_instead(rule, node)}" for at, rule, node in placed]


def _what(node: exp.Expr | Token) -> str:
    if isinstance(node, Token):
        return node.text
    written = " ".join(node.sql(dialect="duckdb", comments=False).split())
    what = written if len(written) <= 60 else f"{written[:57]}..."
    return what if type(node).__name__ in NODES else f"{type(node).__name__} in {what}"


def _instead(rule: Rule, node: exp.Expr | Token) -> str:
    if rule.name != "function" or not isinstance(node, Token):
        return rule.instead
    return next((hint for pattern, hint in INSTEAD if re.fullmatch(pattern, node.text.lower())), rule.instead)
