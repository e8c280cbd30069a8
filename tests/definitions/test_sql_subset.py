"""Every `.sql` of the product stays in the subset that DuckDB and Spark run alike (design: engines).

A coarse net of words; what it cannot see (a join on nullable keys, a sum that overflows) the specification tests must.
"""

import re
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).resolve().parents[2] / "assets").rglob("*.sql"))
BANNED = {
    "a star selects columns nobody named": r"(SELECT|,)\s*\*|\b\w+\.\*",
    "QUALIFY is not in every engine": r"\bQUALIFY\b",
    "ROUND differs in the last digit": r"\bround\s*\(",
    "intervals give a date here and a timestamp there": r"\bINTERVAL\s*[('\d$]",
    "date_diff counts boundaries here and whole months there": r"\b(date_diff|datediff|date_trunc|date_part|date_add)\b",
    "FILTER of an aggregate": r"\)\s*FILTER\s*\(",
    "pivoting": r"\b(UN)?PIVOT\b",
    "percentiles and lists differ": r"\b(percentile_cont|quantile\w*|median|list|array_agg|string_agg|arg_max|arg_min|first|any_value)\s*\(",
    "the short cast is DuckDB's": r"::",
    "GROUP BY ALL is DuckDB's": r"\bGROUP BY ALL\b",
    "a month is an index, not a name": r"\bstrftime\b",
    "GROUPING of several columns": r"\bGROUPING\s*\([^)]*,",
}  # fmt: skip


def code(path: Path) -> str:
    text = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
    return re.sub(r"'[^']*'", "''", text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("why", BANNED)
def test_no_sql_leaves_the_subset(path: Path, why: str) -> None:
    assert not re.findall(BANNED[why], code(path), re.IGNORECASE | re.MULTILINE), why


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_windows_say_where_nulls_stand(path: Path) -> None:
    for clause in re.findall(r"ORDER BY(.*?)(?:ROWS|RANGE|\)\s*AS)", code(path), re.DOTALL):
        keys = re.split(r",(?![^(]*\))", clause)
        assert all("NULLS LAST" in key for key in keys)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sum_of_counts_is_cast(path: Path) -> None:
    """DuckDB sums whole numbers as HUGEINT, Spark as BIGINT."""
    bare = re.findall(r"(?<!CAST\()\bsum\s*\((?:[^()]|\([^()]*\))*\)\s+AS\s+\w+", code(path), re.IGNORECASE)
    assert not bare


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_header_says_what_grain_and_source(path: Path) -> None:
    head = path.read_text(encoding="utf-8").split("\n\n")[0][:600]
    assert head.startswith(f"-- {path.stem}:")
    assert "Grain:" in head
    assert "Source" in head


def test_the_net_catches_what_it_says() -> None:
    caught = {
        why: re.search(BANNED[why], text, re.IGNORECASE | re.MULTILINE)
        for why, text in zip(BANNED, ("SELECT * FROM a", "QUALIFY 1", "round(1.5)", "INTERVAL 1 DAY", "date_diff(1)",
            "sum(a) FILTER (WHERE b)", "PIVOT a", "median(a)", "a::INT", "GROUP BY ALL", "strftime(a)", "GROUPING(a, b)"),
            strict=True)
    }  # fmt: skip
    assert all(caught.values())
    assert not re.search(BANNED["a star selects columns nobody named"], "SELECT count(*) AS n, a * 12 AS b FROM c")
