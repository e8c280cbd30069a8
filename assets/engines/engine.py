"""The protocol of an engine, the SQL names of types, and parameters of SQL: one SQL text gives the same table on any engine.

Belongs here: what all engines share. Not here: an engine, a metric. Results are compared in their declared columns and types
(`canonical`); a lint in the tests checks that the SQL means the same on every engine.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import polars as pl

from assets.errors import MonthRefused
from schemas.tables import Table

Parameter = int | str | bool | date
Values = Mapping[str, Parameter]


class Engine(Protocol):
    """An open engine: register tables by name, then query or write. The caller who opened it closes it.

    `is_remote`: files are named by URI, at a location that the warehouse and the engine both reach, and no row of a person comes
    to this machine. Otherwise files are named by local path.
    """

    name: str
    version: str
    is_remote: bool

    def register_parquet(self, name: str, files: Sequence[str], table: Table) -> None:
        """Register exactly these Parquet files as a table with the declared columns; without files the table is empty."""

    def register_frame(self, name: str, frame: pl.DataFrame) -> None:
        """Register a small frame as a table."""

    def create_table(self, name: str, sql: str) -> None:
        """Name the result of a query and keep it: it is computed once."""

    def create_view(self, name: str, sql: str) -> None:
        """Name a query: it is computed again for each reader."""

    def query(self, sql: str) -> pl.DataFrame:
        """The rows of a small result. It comes to this machine, so it must count persons and not list them."""

    def write_parquet(self, sql: str, table: Table, folder: str) -> None:
        """Write a result as Parquet into the folder, in the declared columns and types; it does not come to this machine."""

    def close(self) -> None:
        """Release everything that was registered and created."""


class EngineChoice(Protocol):
    """The settings of an engine, which a warehouse keeps to open it."""

    def open(self, spill: str) -> Engine:
        """A new engine; on this machine it spills into the folder. Raises EngineRefused where it cannot be opened."""


def bind_values(sql: str, values: Values) -> str:
    """The SQL with its `$name` parameters replaced by literals. Raises MonthRefused where a parameter has no value."""
    code = re.sub(r"--[^\n]*", "", sql)

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise MonthRefused(f"the SQL has the parameter ${match[1]}, but no value was given for it")
        given = values[match[1]]
        if isinstance(given, date):
            return f"DATE '{given.isoformat()}'"
        return "'" + given.replace("'", "''") + "'" if isinstance(given, str) else str(given)

    return re.sub(r"\$(\w+)", value, code)


def cast_to_table(sql: str, table: Table) -> str:
    """SQL that gives the result of a query in the declared columns, in order, cast to the declared types."""
    columns = ", ".join(
        f"CAST(result.{field.name} AS {sql_type(field.dtype)}) AS {field.name}" for field in table.fields
    )
    return f"SELECT {columns} FROM ({sql}) AS result"


def column_types(table: Table) -> dict[str, str]:
    """Column → SQL type, for the metadata of a month."""
    return {field.name: sql_type(field.dtype) for field in table.fields}


def sql_type(dtype: pl.DataType) -> str:
    """The SQL name of a stored type, the same in every engine."""
    return "STRING" if isinstance(dtype, pl.Enum) else _TYPES[dtype]


_TYPES: dict[pl.DataType, str] = {
    pl.String(): "STRING",
    pl.Boolean(): "BOOLEAN",
    pl.Date(): "DATE",
    pl.Int16(): "SMALLINT",
    pl.Int32(): "INTEGER",
    pl.Int64(): "BIGINT",
    pl.Float64(): "DOUBLE",
}
