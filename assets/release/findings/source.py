"""The written tables of a release, asked in the SQL that its database answers too.

Belongs here: finding cells, each with the question that gives it again. Not: what is asked (the modules beside), how a cell
is written (`report/language`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import duckdb

from assets.release.findings.totals import Figure, expression
from schemas.months import first_day, month_number, month_of
from schemas.summaries import SUMMARIES

_ASKED = (
    "programme = 'any' AND sex = 'all' AND age_band = 'all'"  # the rest of coverage is large, and nothing states it
)
FREE = "F"
Value = str | int | date
Fixed = dict[str, Value]


@dataclass(frozen=True)
class Cell:
    """One figure: its value, and the table, expression and condition that give it. `status` says why it is withheld.

    `least`: what a withheld sum or share is at least, by its shown parts.
    """

    value: Any
    table: str
    expression: str
    where: str
    status: str = FREE
    least: "Cell | None" = None

    @property
    def sql(self) -> str:
        """A query over the release whose only value is this one."""
        return f"SELECT {self.expression} FROM {self.table} WHERE {self.where}"

    @property
    def is_withheld(self) -> bool:
        """Null because disclosure control took it, not because there is none."""
        return self.value is None and self.status != FREE


@dataclass(frozen=True)
class Ask:
    """Rows of one table: what they share, what tells them apart, which figures are wanted and in which order.

    A figure is an expression of one row. Where `grouped` a row is all rows of the table with its keys, and a figure a total,
    a share, or an aggregate that counts no withheld figure.
    """

    table: str
    fixed: Mapping[str, Value]
    keys: tuple[str, ...]
    figures: Mapping[str, Figure]
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
        """The question as a reader would ask it."""
        asked = {name: expression(figure) for name, figure in self.figures.items()}
        told = [text if text == name else f"{text} AS {name}" for name, text in asked.items()]
        return self._selected([*told, *self._status])

    @property
    def query(self) -> str:
        """The question with, for each figure, why it is withheld and what it is at least."""
        told = [f'{expression(figure)} AS "{name}"' for name, figure in self.figures.items()]
        for name, figure in self.figures.items():
            if not isinstance(figure, str):
                told += [f'{figure.status} AS "{name} status"', f'{figure.least} AS "{name} least"']
        return self._selected([*told, *self._status])

    @property
    def _status(self) -> tuple[str, ...]:
        return () if self.grouped else ("conf_status",)

    def _selected(self, told: list[str]) -> str:
        group = f" GROUP BY {', '.join(self.keys)}" if self.grouped and self.keys else ""
        order = ", ".join(part for part in (self.order, *self.keys) if part)
        return (
            f"SELECT {', '.join([*self.keys, *told])} FROM {self.table} "
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

    def __init__(self, folder: Path, month: str = "") -> None:
        """`month` is the reference month, YYYY-MM; without it the newest that the release covers."""
        self._con = duckdb.connect(config={"threads": 1})
        for path in sorted((folder / "parquet").glob("*.parquet")):
            where = f" WHERE {_ASKED}" if path.stem == "coverage" else ""
            self._con.execute(f"CREATE TABLE {path.stem} AS SELECT * FROM read_parquet('{path}'){where}")
        for path in sorted((folder / "codes").glob("*.csv")):
            self._con.execute(f"CREATE TABLE {path.stem} AS SELECT * FROM read_csv('{path}', all_varchar = true)")
        newest = "SELECT max(month) FROM coverage"
        self.month: date = first_day(month) if month else self.list(newest)[0][0]

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """Code → name, by code list, for provinces and regencies."""
        return {
            kind: dict(self.list(f"SELECT code, name FROM {kind} ORDER BY code")) for kind in ("provinces", "regencies")
        }

    @property
    def before(self) -> date:
        """The month before the reference month, whether the release has it or not."""
        return first_day(month_of(month_number(self.month) - 1))

    def rows(self, ask: Ask) -> list[Row]:
        """The answer, in the order asked for."""
        answer = self._con.execute(ask.query)
        names = [column[0] for column in answer.description]
        return [_row(ask, dict(zip(names, values, strict=True))) for values in answer.fetchall()]

    def row(self, table: str, figures: Mapping[str, Figure], **fixed: Value) -> Row:
        """The one row that the fixed values single out; every cell null where there is none."""
        found = self.rows(Ask(table, fixed, (), figures))
        return found[0] if len(found) == 1 else _row(Ask(table, fixed, (), figures), {})

    def total(self, table: str, figures: Mapping[str, Figure], fixed: Fixed, also: str = "") -> Row:
        """Totals over the rows that have the fixed values."""
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
    return Row(keys, where, {name: _cell(ask, name, found, whole) for name in ask.figures})


def _cell(ask: Ask, name: str, found: dict[str, Any], where: str) -> Cell:
    """The figure of that name; a null is withheld where the row says so and the figure is one that may be."""
    figure = ask.figures[name]
    told = Cell(found.get(name), ask.table, expression(figure), where)
    if told.value is not None:
        return told
    if isinstance(figure, str):
        may_be = not withholdable(ask.table).isdisjoint(re.findall(r"\w+", figure))
        return replace(told, status=found.get("conf_status") or FREE) if may_be else told
    least = found.get(f"{name} least")
    shown = replace(told, value=least, expression=figure.least) if least else None
    return replace(told, status=found.get(f"{name} status") or FREE, least=shown)


@cache
def withholdable(table: str) -> frozenset[str]:
    """Fields of a summary table that disclosure control may take."""
    declared = next(summary for summary in SUMMARIES if summary.name == table)
    amounts = declared.constraints.amounts
    return frozenset(field.name for field in declared.fields if field.sensitive or field.uses or field.name in amounts)
