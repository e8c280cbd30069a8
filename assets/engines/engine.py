"""What an engine must do, so that one SQL text gives the same table on any: the protocol, types, values in a text.

Belongs here: what all engines share. Not: any of them, and no metric. Results are compared in their declared columns and
types (`canonical`); which words of SQL mean the same everywhere is checked by the lint of the tests.
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
    """An open engine. Tables are offered by name, then asked or written; whoever opened it closes it.

    `is_remote`: files are named by URI, in a place that both the warehouse and the engine see, and no row of a person
    comes here; otherwise by local path.
    """

    name: str
    version: str
    is_remote: bool

    def register_parquet(self, name: str, files: Sequence[str], table: Table) -> None:
        """Offer exactly these Parquet files with the declared columns; without files the table is empty."""

    def register_frame(self, name: str, frame: pl.DataFrame) -> None:
        """Offer a small frame as a table."""

    def create_table(self, name: str, sql: str) -> None:
        """Name the result of a query and keep it: it is computed once."""

    def create_view(self, name: str, sql: str) -> None:
        """Name a query: it is computed again for each reader."""

    def query(self, sql: str) -> pl.DataFrame:
        """The rows of a result that is small and counts persons; it comes here."""

    def write_parquet(self, sql: str, table: Table, folder: str) -> None:
        """Write a result in the declared columns and types as Parquet into the folder, which stays with the engine."""

    def close(self) -> None:
        """Let go of everything that was offered and defined."""


class EngineChoice(Protocol):
    """What a warehouse keeps of an engine: how to open it. Raises EngineRefused where that cannot be."""

    def open(self, spill: str) -> Engine:
        """A new engine; where it works on this machine it spills below the folder."""


def bind_values(sql: str, values: Values) -> str:
    """The SQL with its `$name` markers replaced by literals; every marker must have a value."""
    code = re.sub(r"--[^\n]*", "", sql)

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise MonthRefused(f"the SQL names ${match[1]}, which no stage gives")
        given = values[match[1]]
        if isinstance(given, date):
            return f"DATE '{given.isoformat()}'"
        return "'" + given.replace("'", "''") + "'" if isinstance(given, str) else str(given)

    return re.sub(r"\$(\w+)", value, code)


def cast_to_table(sql: str, table: Table) -> str:
    """The result of a text in the declared columns, in order, cast to the declared types."""
    columns = ", ".join(f"CAST(t.{field.name} AS {sql_type(field.dtype)}) AS {field.name}" for field in table.fields)
    return f"SELECT {columns} FROM ({sql}) AS t"


def column_types(table: Table) -> dict[str, str]:
    """Column → type, as a month of the table remembers what it was written with."""
    return {field.name: sql_type(field.dtype) for field in table.fields}


def sql_type(dtype: pl.DataType) -> str:
    """The name of a stored type, the same in every engine."""
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
