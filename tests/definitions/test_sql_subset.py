"""Every `.sql` of the product stays in the subset that DuckDB and Spark run alike (`tests/definitions/subset`).

What the lint cannot see (types of columns of tables, who joins on a null) the specification tests and a run on both must.
"""

import re
from pathlib import Path

import pytest
from sqlglot import exp

from tests.definitions.subset import words
from tests.definitions.subset.cases import CASES
from tests.definitions.subset.reading import Text
from tests.definitions.subset.rules import NAMES, ONE_QUERY, RULES, UNNAMED, refusals

HOUSE = Path(__file__).resolve().parents[2]
FILES = sorted((HOUSE / "assets").rglob("*.sql"))
TUTORIAL = (HOUSE / "docs" / "tutorials" / "developer.md").read_text(encoding="utf-8")
PAGE = (HOUSE / "docs" / "sql-subset.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_sql_leaves_the_subset(path: Path) -> None:
    assert not refusals(path.read_text(encoding="utf-8"), path.name)


def test_the_tutorial_writes_sql_of_the_subset() -> None:
    (written,) = re.findall(r'```sql title="assets/.*?\.sql"\n(.*?)```', TUTORIAL, re.DOTALL)
    assert not refusals(written)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_header_has_name_grain_and_source(path: Path) -> None:
    head = path.read_text(encoding="utf-8").split("\n\n")[0][:600]
    assert head.startswith(f"-- {path.stem}:")
    assert all(f"\n-- {line}" in head for line in ("Grain: ", "Unit", "Source: "))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_alias_of_a_table_is_a_word(path: Path) -> None:
    """`persons.status`, never `p.status`: a reader must not look up the letter."""
    tree = Text(path.read_text(encoding="utf-8")).tree
    assert [table.alias for table in tree.find_all(exp.Table, exp.Subquery) if 0 < len(table.alias) < 3] == []


PAIRS = [(rule, broken, right) for rule, pairs in CASES.items() for broken, right in pairs]


@pytest.mark.parametrize(("rule", "broken", "right"), PAIRS, ids=[f"{rule}-{broken[:60]}" for rule, broken, _ in PAIRS])
def test_a_breach_is_refused_by_its_rule_alone_and_its_neighbour_passes(rule: str, broken: str, right: str) -> None:
    assert {line.split(": ")[1] for line in refusals(broken)} == {rule}
    assert not refusals(right)


# One word of the product's SQL, removed everywhere.
WEAKENED = {
    "nulls last": (r" NULLS LAST", ""),
    "type": (r"\bSTRING\b", "VARCHAR"),
    "year and month": (r"\bCAST\((year|month)\(([\w.$]+)\) AS INTEGER\)", r"\1(\2)"),
    "zero": (r"\bnullif\((CAST\([\w.]+ AS DOUBLE\)), 0\)", r"\1"),
    "sum": (r"\bCAST\((sum\([\w.]+\)) AS BIGINT\)", r"\1"),
}


@pytest.mark.parametrize("rule", WEAKENED)
def test_each_occurrence_that_needs_the_word_is_found(rule: str) -> None:
    occurrences = found = 0
    for path in FILES:
        weakened, removed = re.subn(*WEAKENED[rule], re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8")))
        occurrences += removed
        found += sum(line.split(": ")[1] == rule for line in refusals(weakened)) if removed else 0
    assert found == occurrences > 10


def test_every_rule_has_a_case_and_its_line_on_the_page() -> None:
    assert tuple(CASES) == NAMES
    table = [
        f"| {r.name} | {r.why} | {r.instead if r.name != 'function' else 'see below'} |"
        for r in (ONE_QUERY, *RULES, UNNAMED)
    ]
    assert [line for line in PAGE.splitlines() if line.startswith("| ")][2:] == table, "\n" + "\n".join(table)


def test_the_page_lists_the_functions_and_types() -> None:
    listed = [
        re.findall(r"`(\w+)`", line) for line in PAGE.splitlines() if re.match(r"\*\*(Functions|Types)\*\*", line)
    ]
    assert listed == [list(words.FUNCTIONS), list(words.TYPES)]


def test_the_list_names_nodes_and_parts_that_sqlglot_knows() -> None:
    for name, parts in words.NODES.items():
        assert set(parts.split()) <= set(getattr(exp, name).arg_types), name


def test_a_refusal_names_the_line_the_breach_and_the_remedy() -> None:
    (line,) = refusals("-- a: b\nSELECT\n    round(a) AS b\nFROM t", "a.sql")
    assert line == "a.sql:3: function: round: leave the figure as it is: the publisher rounds"
