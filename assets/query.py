"""SQL files and the small tables they join: how a stage asks DuckDB.

Belongs here: reading `.sql`, binding the parameters a text names, offering code lists and warehouse months as tables,
writing a result. Not: any metric; those are the `.sql` files.
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from assets.errors import MonthRefused
from schemas import codelists
from schemas.model import Table

Parameter = int | str | bool | date


def sql_text(folder: Path, name: str) -> str:
    """The SQL of `<folder>/<name>.sql`."""
    return (folder / f"{name}.sql").read_text(encoding="utf-8")


def offer_files(con: duckdb.DuckDBPyConnection, name: str, files: list[Path], table: Table) -> None:
    """Offer Parquet files as a view with the declared columns; exact files, never a pattern; without files it is empty."""
    if not files:
        nothing = ", ".join(f'CAST(NULL AS {duckdb_type(f.dtype)}) AS "{f.name}"' for f in table.fields)
        con.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT {nothing} WHERE FALSE")
        return
    columns = ", ".join(f'"{column}"' for column in table.names)
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    con.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT {columns} FROM read_parquet([{listed}])")


def offer_codes(con: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Offer code lists as tables, whole numbers typed."""
    for name in names:
        offer_frame(con, name, typed_codes(name))


def offer_frame(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Offer a small frame as a table."""
    con.register("_offered", frame.to_arrow())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM _offered")
    con.unregister("_offered")


def typed_codes(name: str) -> pl.DataFrame:
    """A code list with its columns of whole numbers typed as such; codes stay text."""
    frame = codelists.codes(name)
    whole = [
        column
        for column in frame.columns
        if column.endswith(
            (
                "_months",
                "_age",
                "rank",
                "half_unit",
                "value",
                "_idr",
                "_ppm",
                "_permille",
                "class",
                "up_to",
                "more_than",
            )
        )
        and frame[column].str.contains(r"^-?\d*$").all()
    ]
    return frame.with_columns(pl.col(whole).cast(pl.Int64))


def define(con: duckdb.DuckDBPyConnection, kind: str, name: str, sql: str, values: Mapping[str, Parameter]) -> None:
    """CREATE TEMP VIEW or TABLE `name` from the SQL; a view cannot be prepared, so values stand in it as literals."""
    con.execute(f"CREATE OR REPLACE TEMP {kind} {name} AS {_literal(sql, values)}")


def write(
    con: duckdb.DuckDBPyConnection, sql: str, table: Table, target: Path, values: Mapping[str, Parameter] | None = None
) -> int:
    """Write the result in the declared columns and types to a Parquet file; the number of rows."""
    shaped = ", ".join(
        f'CAST("{field.name}" AS {duckdb_type(field.dtype)}) AS "{field.name}"' for field in table.fields
    )
    query = f"SELECT {shaped} FROM ({_literal(sql, values or {})})"
    path = str(target).replace("'", "''")
    rows = con.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)").fetchall()
    return int(rows[0][0])


def duckdb_type(dtype: pl.DataType) -> str:
    """The DuckDB name of a stored type."""
    return "VARCHAR" if isinstance(dtype, pl.Enum) else _TYPES[dtype]


_TYPES: dict[pl.DataType, str] = {
    pl.String(): "VARCHAR",
    pl.Boolean(): "BOOLEAN",
    pl.Date(): "DATE",
    pl.Int16(): "SMALLINT",
    pl.Int32(): "INTEGER",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
}


def _literal(sql: str, values: Mapping[str, Parameter]) -> str:
    """The SQL with its `$name` markers replaced; every marker must have a value."""
    code = re.sub(r"--[^\n]*", "", sql)

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise MonthRefused(f"the SQL names ${match[1]}, which no stage gives")
        given = values[match[1]]
        if isinstance(given, date):
            return f"DATE '{given.isoformat()}'"
        return "'" + given.replace("'", "''") + "'" if isinstance(given, str) else str(given)

    return re.sub(r"\$(\w+)", value, code)
