"""The prompt of `cakupan sql`: DuckDB's own command if it is installed, otherwise lines read with history and completion.

Belongs here: reading queries one after another. Not: running or showing them (`connection`, `screen`).
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import get_terminal_size

import duckdb
import typer

from assets.errors import CakupanError
from assets.release.layout import DATABASE
from pipelines.cli.query import screen
from pipelines.cli.query.connection import fetch, open_release, quoted

HELP = """End a query with ; and Enter. Tab completes names.
  .tables          the tables and views of the release
  .columns TABLE   the columns of a table, with their meaning
  .quit            leave, as Ctrl-D does"""
_OLDEST = (1, 5)  # the format of the database
_SHOWN_ROWS = 40
_TABLES = """
    WITH relations AS (
        SELECT table_name AS name, comment FROM duckdb_tables() WHERE NOT internal
        UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal
    )
    SELECT name AS "table", split_part(coalesce(comment, ''), '. Grain', 1) AS about
    FROM relations
    ORDER BY name || '_history' NOT IN (SELECT name FROM relations), name NOT SIMILAR TO '.*(_headline|_named)', name
"""
_COLUMNS = """
    SELECT column_name AS "column", data_type AS "type", coalesce(comment, '') AS about
    FROM duckdb_columns() WHERE table_name = {} ORDER BY column_index
"""
_NAMES = """
    SELECT table_name AS name FROM duckdb_columns() WHERE NOT internal
    UNION SELECT column_name FROM duckdb_columns() WHERE NOT internal ORDER BY name
"""
_WORDS = ["SELECT", "FROM", "WHERE", "GROUP", "BY", "ORDER", "LIMIT", "JOIN", "AND", "DESC", "NULLS", "LAST"]


def run_prompt(folder: Path, notice: str) -> None:
    """Read and answer queries about the release in the folder until the end of input. `notice`: of a restricted edition."""
    if notice:
        typer.echo(notice)
    if program := _duckdb_program():
        subprocess.call([program, "-readonly", str(folder / DATABASE)])
        return
    with open_release(folder) as con:
        _complete([*_WORDS, *(str(row[0]) for row in con.execute(_NAMES).fetchall())])
        typer.echo(f"Release {folder.name}. .help explains, .tables lists, .quit leaves.")
        answer_lines(con, input)


def answer_lines(con: duckdb.DuckDBPyConnection, read: Callable[[str], str]) -> None:
    """Answer each query that `read` gives line by line; an error is printed and the next query follows."""
    written: list[str] = []
    while True:
        try:
            line = read("     … " if written else "cakupan> ")
        except EOFError:
            typer.echo()
            return
        except KeyboardInterrupt:
            written.clear()
            typer.echo()
            continue
        if not written and line.strip() in (".quit", ".exit", "exit", "quit"):
            return
        if not written and line.startswith("."):
            _command(con, line.split())
            continue
        written += [line] if line.strip() else []
        if line.rstrip().endswith(";"):
            _show(con, "\n".join(written))
            written.clear()


def _command(con: duckdb.DuckDBPyConnection, words: list[str]) -> None:
    if words[0] == ".tables":
        _show(con, _TABLES)
    elif words[0] in (".columns", ".schema") and len(words) == 2:
        _show(con, _COLUMNS.format(quoted(words[1])))
    else:
        typer.echo(HELP)


def _show(con: duckdb.DuckDBPyConnection, query: str) -> None:
    try:
        for line in screen.lines(fetch(con, query, _SHOWN_ROWS), get_terminal_size().columns):
            typer.echo(line)
    except CakupanError as refused:
        typer.secho(str(refused), fg="red")


def _complete(names: list[str]) -> None:
    """Let Tab complete these names, where Python has readline."""
    with suppress(ImportError):
        import readline

        def candidate(start: str, number: int) -> str | None:
            return next(iter([name for name in names if name.lower().startswith(start.lower())][number:]), None)

        readline.set_completer(candidate)
        readline.parse_and_bind("tab: complete")


def _duckdb_program() -> str | None:
    """The path of DuckDB's command, if it is there and new enough to open a release."""
    program = shutil.which("duckdb")
    if not program:
        return None
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v?(\d+)\.(\d+)", version)
    return program if found and tuple(map(int, found.groups())) >= _OLDEST else None
