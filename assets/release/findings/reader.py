"""Queries over the written tables of a release, in SQL that its database answers too.

Belongs here: cells, each with the query that returns it again. Not: which figures are asked for (the modules beside), how a
cell is printed (`report/language`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import duckdb

from assets.release.findings.totals import Figure, expression
from schemas.months import first_day, month_number, month_of
from schemas.summaries import SUMMARIES

# Findings read these rows of `coverage` alone. The other rows are many, and loading them takes most of the time.
_COVERAGE_ROWS = "programme = 'any' AND sex = 'all' AND age_band = 'all'"
FREE = "F"
Value = str | int | date
Fixed = dict[str, Value]


@dataclass(frozen=True)
class Cell:
    """One figure: its value, and the table, expression and condition that give it.

    `status`: why it is withheld. `lower_bound`: the least value of a withheld sum or share, by its shown parts.
    """

    value: Any
    table: str
    expression: str
    where: str
    status: str = FREE
    lower_bound: "Cell | None" = None

    @property
    def sql(self) -> str:
        """A query over the release whose only value is this one."""
        return f"SELECT {self.expression} FROM {self.table} WHERE {self.where}"

    @property
    def is_withheld(self) -> bool:
        """Whether disclosure control withholds the value; otherwise a null means that there is none."""
        return self.value is None and self.status != FREE


@dataclass(frozen=True)
class Query:
    """Rows of one table: the values that they share, their keys, the figures, and the order.

    A figure is an expression of one row. If `grouped`, a row represents all rows with its keys, and a figure is a total, a
    share, or an aggregate that counts no withheld figure.
    """

    table: str
    fixed: Mapping[str, Value]
    keys: tuple[str, ...]
    figures: Mapping[str, Figure]
    condition: str = ""
    order: str = ""
    limit: int | None = None
    grouped: bool = False

    @property
    def where(self) -> str:
        """The condition that all rows share."""
        return " AND ".join(part for part in (equals(self.fixed), self.condition) if part)

    @property
    def sql(self) -> str:
        """The query as a reader would write it."""
        columns = {name: expression(figure) for name, figure in self.figures.items()}
        return self._select([text if text == name else f"{text} AS {name}" for name, text in columns.items()])

    @property
    def full_sql(self) -> str:
        """The query with the status and the lower bound of each total and share."""
        columns = [f'{expression(figure)} AS "{name}"' for name, figure in self.figures.items()]
        for name, figure in self.figures.items():
            if not isinstance(figure, str):
                columns += [f'{figure.status} AS "{name} status"', f'{figure.lower_bound} AS "{name} lower_bound"']
        return self._select(columns)

    def _select(self, columns: list[str]) -> str:
        status = () if self.grouped else ("conf_status",)
        group = f" GROUP BY {', '.join(self.keys)}" if self.grouped and self.keys else ""
        order = ", ".join(part for part in (self.order, *self.keys) if part)
        return (
            f"SELECT {', '.join([*self.keys, *columns, *status])} FROM {self.table} "
            f"WHERE {self.where}{group}{f' ORDER BY {order}' if order else ''}"
            f"{f' LIMIT {self.limit}' if self.limit else ''}"
        )


@dataclass(frozen=True)
class Row:
    """One row of a result: its keys, the condition that selects it, its cells by name."""

    keys: dict[str, Any]
    where: str
    cells: dict[str, Cell] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Cell:
        """The cell of that name."""
        return self.cells[name]

    def value(self, name: str) -> Any:  # noqa: ANN401
        """The value of the cell of that name; null if it is withheld or there is none."""
        return self.cells[name].value


class ReleaseReader:
    """The Parquet files and code lists of a release folder in DuckDB: one thread, in memory, no file is changed."""

    def __init__(self, folder: Path, month: str = "") -> None:
        """`month` is the reference month, YYYY-MM; by default the newest month of the release."""
        self._con = duckdb.connect(config={"threads": 1})
        for path in sorted((folder / "parquet").glob("*.parquet")):
            where = f" WHERE {_COVERAGE_ROWS}" if path.stem == "coverage" else ""
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

    def rows(self, query: Query) -> list[Row]:
        """The result of the query, in its order."""
        return [_row(query, values) for values in self._values(query)]

    def _values(self, query: Query) -> list[dict[str, Any]]:
        result = self._con.execute(query.full_sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, values, strict=True)) for values in result.fetchall()]

    def row(self, table: str, figures: Mapping[str, Figure], **fixed: Value) -> Row:
        """The one row that has the fixed values; every cell is null if there is none."""
        query = Query(table, fixed, (), figures)
        found = self.rows(query)
        return found[0] if len(found) == 1 else _row(query, {})

    def rows_by(
        self, table: str, figures: Mapping[str, Figure], column: str, codes: Sequence[str], **fixed: Value
    ) -> dict[str, Row]:
        """Code → what `row` returns with the column fixed to this code last, in one query for all codes."""
        found: dict[str, list[dict[str, Any]]] = {}
        for values in self._values(Query(table, fixed, (column,), figures)):
            found.setdefault(values[column], []).append(values)
        only = {code: values[0] for code, values in found.items() if len(values) == 1}
        queries = {code: Query(table, {**fixed, column: code}, (), figures) for code in codes}
        return {code: _row(query, only.get(code, {})) for code, query in queries.items()}

    def total(self, table: str, figures: Mapping[str, Figure], fixed: Fixed, condition: str = "") -> Row:
        """Totals over the rows that have the fixed values."""
        return self.rows(Query(table, fixed, (), figures, condition=condition, grouped=True))[0]

    def list(self, sql: str) -> list[tuple[Any, ...]]:
        """Codes, names and months; no figure of the page is read in this way."""
        return self._con.execute(sql).fetchall()

    def absent(self, table: str) -> str | None:
        """The reason why the table has no rows for the reference month; None if it has rows."""
        found = self.list(f"SELECT DISTINCT availability, reason FROM {table} WHERE {equals({'month': self.month})}")
        if any(availability == "available" for availability, _ in found):
            return None
        return str(found[0][1]) if found else ""


def equals(fixed: Mapping[str, Value]) -> str:
    """The condition that columns have these values."""
    return " AND ".join(f"{name} = {_literal(value)}" for name, value in fixed.items())


def plain_columns(*names: str) -> dict[str, str]:
    """Figures that are columns of the table, each under its own name."""
    return dict(zip(names, names, strict=True))


@cache
def withholdable(table: str) -> frozenset[str]:
    """Fields of a summary table that disclosure control may withhold."""
    declared = next(summary for summary in SUMMARIES if summary.name == table)
    amounts = declared.constraints.amounts
    return frozenset(field.name for field in declared.fields if field.sensitive or field.uses or field.name in amounts)


def _literal(value: Value) -> str:
    if isinstance(value, date):
        return f"DATE '{value}'"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _row(query: Query, found: dict[str, Any]) -> Row:
    keys = {name: found.get(name) for name in query.keys}
    where = equals({name: value for name, value in keys.items() if value is not None})
    whole = " AND ".join(part for part in (query.where, where) if part)
    return Row(keys, where, {name: _cell(query, name, found, whole) for name in query.figures})


def _cell(query: Query, name: str, found: dict[str, Any], where: str) -> Cell:
    """The figure of that name. A null is withheld if its row is marked and disclosure control may withhold the figure."""
    figure = query.figures[name]
    cell = Cell(found.get(name), query.table, expression(figure), where)
    if cell.value is not None:
        return cell
    if isinstance(figure, str):
        is_sensitive = not withholdable(query.table).isdisjoint(re.findall(r"\w+", figure))
        return replace(cell, status=found.get("conf_status") or FREE) if is_sensitive else cell
    least = found.get(f"{name} lower_bound")
    bound = replace(cell, value=least, expression=figure.lower_bound) if least else None
    return replace(cell, status=found.get(f"{name} status") or FREE, lower_bound=bound)
