"""Queries of a stage: register months and code lists with the engine, run SQL files, write results to a candidate.

Belongs here: what every stage does with an engine and the warehouse. Not here: metrics (the `.sql` files), and the
differences between engines (`assets.engines`).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from assets.engines.canonical import canonical, digest
from assets.engines.engine import Engine, Parameter, Values, bind_values, column_types
from assets.errors import MonthRefused
from assets.warehouse import Warehouse
from schemas import code_lists
from schemas.tables import Table

__all__ = ["Parameter"]

PARQUET_NAME = "part-00000.parquet"


def sql_text(folder: Path, name: str) -> str:
    """The SQL of `<folder>/<name>.sql`."""
    return (folder / f"{name}.sql").read_text(encoding="utf-8")


def register_months(engine: Engine, name: str, warehouse: Warehouse, table: Table, months: Sequence[str]) -> None:
    """Register months of a warehouse table under the name; no month is an empty table.

    Raises MonthRefused if a month is missing or incomplete, or was written with other columns than the table declares
    now: an engine would read a missing column as empty.
    """
    for month in months:
        written = warehouse.month_metadata(table.name, month).get("columns", {})
        if written and not column_types(table).items() <= written.items():
            raise MonthRefused(f"{table.name} of {month} was written with other columns: run that month again first")
    found = (
        warehouse.uris(table.name, month) if engine.is_remote else map(str, warehouse.files(table.name, month))
        for month in months
    )
    engine.register_parquet(name, [file for files in found for file in files], table)


def register_candidate(engine: Engine, warehouse: Warehouse, table: Table, candidate: Path) -> None:
    """Register a table that was just written, under its own name."""
    engine.register_parquet(
        table.name, [warehouse.uri(candidate) if engine.is_remote else str(candidate / PARQUET_NAME)], table
    )


def register_code_lists(engine: Engine, *names: str) -> None:
    """Register code lists as tables; their whole numbers are integers."""
    for name in names:
        engine.register_frame(name, typed_code_list(name))


def typed_code_list(name: str) -> pl.DataFrame:
    """A code list whose columns of whole numbers are integers; codes remain text."""
    frame = code_lists.codes(name)
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


def create_table(engine: Engine, folder: Path, name: str, values: Values) -> None:
    """Run `<folder>/<name>.sql` and keep its result as a working table of that name."""
    engine.create_table(name, bind_values(sql_text(folder, name), values))


def create_view(engine: Engine, folder: Path, name: str, values: Values) -> None:
    """Keep the query of `<folder>/<name>.sql` as a view of that name, for a result that is read once."""
    engine.create_view(name, bind_values(sql_text(folder, name), values))


def write_parquet(
    engine: Engine, folder: Path, table: Table, warehouse: Warehouse, candidate: Path, values: Values
) -> int:
    """Let the engine write the result of `<folder>/<table>.sql` to the candidate. Returns its number of rows."""
    sql = bind_values(sql_text(folder, table.name), values)
    engine.write_parquet(sql, table, warehouse.uri(candidate) if engine.is_remote else str(candidate))
    register_candidate(engine, warehouse, table, candidate)
    return int(engine.query(f"SELECT count(*) AS row_count FROM {table.name}").item())


def compute(engine: Engine, folder: Path, table: Table, values: Values) -> pl.DataFrame:
    """The result of `<folder>/<table>.sql` in its canonical form, in memory: counts of persons, never persons."""
    return canonical(engine.query(bind_values(sql_text(folder, table.name), values)), table)


def write_frame(frame: pl.DataFrame, candidate: Path) -> dict[str, str | int]:
    """Write a canonical frame to the candidate. Returns its number of rows and its digest, for the record."""
    frame.write_parquet(candidate / PARQUET_NAME, compression="zstd")
    return {"rows": frame.height, "digest": digest(frame)}


def origin_metadata(engine: Engine, table: Table) -> dict[str, Any]:
    """The origin of a month, for its record: the engine with its version, the columns with their types."""
    return {"engine": f"{engine.name} {engine.version}", "columns": column_types(table)}
