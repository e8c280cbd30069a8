"""A read-only connection to the database of a release, and the rows of a query.

Belongs here: what a query may do, and its errors in one line. Not: how rows are shown (`screen`) or written (`files`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from assets.errors import CakupanError
from assets.release.layout import DATABASE, current_folder


@dataclass(frozen=True)
class QueryResult:
    """The result of a query: names and DuckDB types of its columns, and rows. `total`: rows in all, also those not fetched."""

    names: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[object, ...]]
    total: int


def release_folder(releases: Path) -> Path:
    """The folder of the current release. Raises ReleaseRefused, with the reason, if there is none."""
    folder = current_folder(releases)
    if folder is None:
        from assets.release.journal import current_release  # reads the journal, which needs more libraries

        return current_release(releases).folder
    return folder


@contextmanager
def open_release(folder: Path, output: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that changes nothing and opens no other file; `output`: the one file that a query may write."""
    with duckdb.connect(folder / DATABASE, read_only=True) as con:
        if output:
            con.execute(f"SET allowed_paths = [{quoted(str(output))}]")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        yield con


def fetch(con: duckdb.DuckDBPyConnection, query: str, limit: int | None = None) -> QueryResult:
    """The rows of the query, at most `limit` of them. Raises CakupanError with DuckDB's message and hint."""
    try:
        done = con.execute(query)
        if done is None or done.description is None:
            raise CakupanError('the query is empty: write one, for example "FROM coverage_headline"')
        names, types = zip(*((str(column[0]), str(column[1])) for column in done.description), strict=True)
        rows = done.fetchall() if limit is None else done.fetchmany(limit + 1)
        total = len(rows)
        if limit is not None and total > limit:
            rows, total = rows[:limit], _count(con, query)
    except duckdb.Error as error:
        raise CakupanError(explain(error)) from None
    return QueryResult(names, types, rows, total)


def explain(error: duckdb.Error) -> str:
    """The message of DuckDB in one line, with its hint (candidates, "did you mean"), without the marked query."""
    text = str(error).partition("\n\nLINE ")[0].partition("Candidate functions:")[0]
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


def quoted(text: str) -> str:
    """The text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(con.cursor().sql(query).aggregate("count(*)").fetchall()[0][0])
