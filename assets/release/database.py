"""The `coverage.duckdb` of a release: all tables with comments, their history and its macros, readable by DuckDB 1.5 and later.

Belongs here: building that one file so that the same tables give the same bytes. Not: the SQL of the macros (`views`).

A new DuckDB file has a random identity, and leftovers of memory in its padding. To avoid both, the file starts as a copy of
`empty.duckdb` (storage v1.5.0, created once). A process of its own with one thread fills it, uncompressed (three times the
size: compressors too leave memory behind), and its allocator returns nothing but zeros. Where DuckDB comes with another
allocator (not on Linux), the tables are the same and the padding may differ.
"""

import shutil
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

import duckdb

from assets.errors import ReleaseRefused
from assets.release import views
from assets.release.layout import DATABASE
from schemas import comments
from schemas import views as named_views
from schemas.columns import codes_by_list
from schemas.releases import REGISTRY, history
from schemas.summaries import SUMMARIES
from schemas.tables import Table

_ROOT = Path(__file__).resolve().parents[2]


def build_database(folder: Path, notice: str = "") -> Path:
    """Build `coverage.duckdb` in the folder from its `parquet/*.parquet`. Raises ReleaseRefused where that fails.

    `notice`: what the comment of every table and view begins with.
    """
    with as_file(files("assets.release").joinpath("empty.duckdb")) as empty:
        shutil.copyfile(empty, folder / DATABASE)
    environment = {"PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": "0", "DUCKDB_JE_MALLOC_CONF": "zero:true"}
    command = [sys.executable, "-m", "assets.release.database", notice]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    if done.returncode or (folder / f"{DATABASE}.wal").exists():
        raise ReleaseRefused("the DuckDB file of the release could not be built: free disk space and run again")
    return folder / DATABASE


def released_tables() -> list[tuple[str, Table]]:
    """The tables of the database without the code lists, each with the folder of its Parquet file."""
    return [
        *(("parquet", table.released()) for table in SUMMARIES),
        *(("history", history(table)) for table in SUMMARIES),
        *(("history", table) for table in REGISTRY),
    ]


def _fill(notice: str) -> None:
    """In the release folder: a table for each summary, with rows in the order of its key, its history and its views."""
    con = duckdb.connect(config={"threads": 1})
    con.execute(f"ATTACH '{DATABASE}' AS release")
    con.execute("SET force_compression = 'uncompressed'")
    con.execute("USE release")
    con.execute("BEGIN")  # one transaction: otherwise each of some 600 statements waits for the disk
    for folder, table in released_tables():
        con.execute(f"CREATE TABLE {table.name} AS SELECT * FROM read_parquet('{folder}/{table.name}.parquet')")
        for comment in comments.comments(table):
            con.execute(comment)
    for name in sorted(path.stem for path in Path("codes").glob("*.csv")):
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('codes/{name}.csv', all_varchar = true)")
        con.execute(f"COMMENT ON TABLE {name} IS 'code list {name}; each row names its source'")
    for table in SUMMARIES:
        for statement in views.statements(table):
            con.execute(statement)
    _create_named_views(con)
    if notice:
        _state_in_comments(con, notice)
    con.execute("COMMIT")
    con.execute("CHECKPOINT release")
    con.execute("USE memory")
    con.execute("DETACH release")
    con.close()


def _create_named_views(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table of the names of codes, and the views that have them beside the codes."""
    table = named_views.CODE_NAMES
    con.execute(f"CREATE TABLE {table.name} ({', '.join(f'{name} VARCHAR' for name in table.names)})")
    rows = [(name, *row) for name, codes in codes_by_list(SUMMARIES).items() for row in codes.sort("code").iter_rows()]
    con.executemany(f"INSERT INTO {table.name} VALUES (?, ?, ?, ?)", rows)
    for statement in (*comments.comments(table), *named_views.statements()):
        con.execute(statement)


def _state_in_comments(con: duckdb.DuckDBPyConnection, notice: str) -> None:
    for kind in ("table", "view"):
        query = f"SELECT {kind}_name, comment FROM duckdb_{kind}s() WHERE NOT internal AND database_name = 'release' ORDER BY 1"
        for name, comment in con.execute(query).fetchall():
            text = f"{notice}. {comment or ''}".strip().replace("'", "''")
            con.execute(f"COMMENT ON {kind} {name} IS '{text}'")


if __name__ == "__main__":
    _fill(sys.argv[1])
