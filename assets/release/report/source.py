"""The written tables of a release, asked in the SQL that its database answers too.

Belongs here: finding cells, each with the question that gives it again. Not: what is asked (`sections/`), how a cell is
written (`language`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

_ASKED = "programme = 'any' AND sex = 'all' AND age_band = 'all'"  # the rest of coverage is large, and not on the page
Value = str | int | date
Fixed = dict[str, Value]


@dataclass(frozen=True)
class Cell:
    """One figure: its value, and the table, expression and condition that give it. `status` says why it is withheld."""

    value: Any
    table: str
    expression: str
    where: str
    status: str = "F"

    @property
    def sql(self) -> str:
        """A query over the release whose only value is this one."""
        return f"SELECT {self.expression} FROM {self.table} WHERE {self.where}"

    @property
    def is_withheld(self) -> bool:
        """Null because disclosure control took it, not because there is none."""
        return self.value is None and self.status != "F"


@dataclass(frozen=True)
class Ask:
    """Rows of one table: what they share, what tells them apart, which figures are wanted and in which order.

    An expression may be an aggregate where `grouped`: a row is then all rows of the table with its keys.
    """

    table: str
    fixed: Mapping[str, Value]
    keys: tuple[str, ...]
    figures: Mapping[str, str]
    also: str = ""
    order: str = ""
    limit: int | None = None
    grouped: bool = False

    @property
    def where(self) -> str:
        """The condition that all rows share."""
        return " AND ".join(part for part in (at(self.fixed), self.also) if part)

    @property
    def sql(self) -> str:
        """The whole question."""
        status = "coalesce(max(conf_status) FILTER (conf_status <> 'F'), 'F')" if self.grouped else "conf_status"
        told = [f"{text} AS {name}" if text != name else name for name, text in self.figures.items()]
        group = f" GROUP BY {', '.join(self.keys)}" if self.grouped and self.keys else ""
        order = ", ".join(part for part in (self.order, *self.keys) if part)
        return (
            f"SELECT {', '.join([*self.keys, *told, f'{status} AS conf_status'])} FROM {self.table} "
            f"WHERE {self.where}{group}{f' ORDER BY {order}' if order else ''}"
            f"{f' LIMIT {self.limit}' if self.limit else ''}"
        )


@dataclass(frozen=True)
class Row:
    """One row of an answer: its keys, the condition that singles it out, its cells by name."""

    keys: dict[str, Any]
    where: str
    cells: dict[str, Cell] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Cell:
        """The cell of that name."""
        return self.cells[name]

    def value(self, name: str) -> Any:  # noqa: ANN401
        """The value of the cell of that name; null where it is withheld or there is none."""
        return self.cells[name].value


class Source:
    """A release folder with its written Parquet files and code lists; one thread, in memory, no file is changed."""

    def __init__(self, folder: Path, month: str) -> None:
        """`month` is the reference month, YYYY-MM."""
        self.month = date.fromisoformat(f"{month}-01")
        self._con = duckdb.connect(config={"threads": 1})
        for path in sorted((folder / "parquet").glob("*.parquet")):
            where = f" WHERE {_ASKED}" if path.stem == "coverage" else ""
            self._con.execute(f"CREATE TABLE {path.stem} AS SELECT * FROM read_parquet('{path}'){where}")
        for path in sorted((folder / "codes").glob("*.csv")):
            self._con.execute(f"CREATE TABLE {path.stem} AS SELECT * FROM read_csv('{path}', all_varchar = true)")

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """Code → name, by code list, for provinces and regencies."""
        return {
            kind: dict(self.list(f"SELECT code, name FROM {kind} ORDER BY code")) for kind in ("provinces", "regencies")
        }

    @cached_property
    def before(self) -> date | None:
        """The month before the reference month, where the release has it."""
        found = self.list(f"SELECT DISTINCT month FROM coverage WHERE month = DATE '{self.month}' - INTERVAL 1 MONTH")
        return found[0][0] if found else None

    def rows(self, ask: Ask) -> list[Row]:
        """The answer, in the order asked for."""
        answer = self._con.execute(ask.sql)
        names = [column[0] for column in answer.description]
        return [_row(ask, dict(zip(names, values, strict=True))) for values in answer.fetchall()]

    def row(self, table: str, figures: Mapping[str, str], **fixed: Value) -> Row:
        """The one row that the fixed values single out; every cell null where there is none."""
        found = self.rows(Ask(table, fixed, (), figures))
        return found[0] if len(found) == 1 else _row(Ask(table, fixed, (), figures), {"conf_status": "F"})

    def total(self, table: str, figures: Mapping[str, str], fixed: Fixed, also: str = "") -> Row:
        """Aggregates over the rows that have the fixed values."""
        ask = Ask(table, fixed, (), figures, also=also, grouped=True)
        return self.rows(ask)[0]

    def list(self, sql: str) -> list[tuple[Any, ...]]:
        """Codes, names and months, never figures of the page."""
        return self._con.execute(sql).fetchall()

    def absent(self, table: str) -> str | None:
        """Why the table has nothing for the reference month; None where it has."""
        found = self.list(f"SELECT DISTINCT availability, reason FROM {table} WHERE {at({'month': self.month})}")
        if any(availability == "available" for availability, _ in found):
            return None
        return str(found[0][1]) if found else ""


def at(fixed: Mapping[str, Value]) -> str:
    """The condition that columns have these values."""
    return " AND ".join(f"{name} = {_literal(value)}" for name, value in fixed.items())


def _literal(value: Value) -> str:
    if isinstance(value, date):
        return f"DATE '{value}'"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _row(ask: Ask, found: dict[str, Any]) -> Row:
    keys = {name: found.get(name) for name in ask.keys}
    where = at({name: value for name, value in keys.items() if value is not None})
    whole = " AND ".join(part for part in (ask.where, where) if part)
    status = found.get("conf_status") or "F"
    cells = {name: Cell(found.get(name), ask.table, text, whole, status) for name, text in ask.figures.items()}
    return Row(keys, where, cells)
