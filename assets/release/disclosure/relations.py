"""From the declarations of the summary tables to one linear system over every table and month of a release.

Belongs here: which cell a figure is, and every equation that a reader knows to hold between cells. Not: what must be
hidden (`policy`), what is hidden besides (`suppression`), what can be derived (`certificate`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assets.coverage.geography import geography
from assets.errors import ReleaseRefused
from schemas.constraints import Balance, EqualTo, Exchange, PartsOf, RegionHierarchy, SubsetOf, Sum, remainder
from schemas.tables import Table

Ids = NDArray[np.int64]
ABSENT = -1  # no figure: nobody could count it, or it was never asked
_ROW = "_row"


@dataclass(eq=False)
class Grid:
    """The cells of a table: `rows`, one a combination of its key without what repeats it, × `counts`.

    The cell of row r and count q is `first + r * len(counts) + q`. `row_of` is the row of each row of the whole frame.
    """

    table: Table
    rows: pl.DataFrame
    row_of: Ids
    counts: list[str]
    first: int
    values: NDArray[np.int64]

    def cells(self, rows: Ids, count: str) -> Ids:
        """Cell ids; ABSENT where the row is, or the figure."""
        place = self.counts.index(count)
        found = self.values[np.maximum(rows, 0), place] if len(self.values) else np.zeros(len(rows), dtype=np.int64)
        ids = self.first + rows * len(self.counts) + place
        return np.where((rows < 0) | (found == ABSENT), ABSENT, ids)

    def named(self, row: int, count: str) -> str:
        """Where a figure is to be found: its name, table, month and the key of its row; never its value."""
        keys = self.rows.drop(_ROW).row(row, named=True)
        return f"{count} of {told_place(self.table.name, keys)}"

    def values_of(self, rows: Ids, count: str) -> Ids:
        """The figures; 0 where the row is not there."""
        if not len(self.values):
            return np.zeros(len(rows), dtype=np.int64)
        return np.where(rows < 0, 0, self.values[np.maximum(rows, 0), self.counts.index(count)])

    def lacking(self, rows: Ids, count: str) -> NDArray[np.bool_]:
        """Where the row is there and its figure is not: nothing can be said of a sum with it."""
        place = self.counts.index(count)
        return (rows >= 0) & (self.values[np.maximum(rows, 0), place] == ABSENT) if len(self.values) else rows >= 0


@dataclass(eq=False)
class Equations:
    """Terms of equations, gathered: equation, cell, coefficient; and cells beyond those of the tables."""

    next_cell: int
    count: int = 0
    equations: list[Ids] = field(default_factory=list)
    cells: list[Ids] = field(default_factory=list)
    coefficients: list[Ids] = field(default_factory=list)
    rests: list[NDArray[np.int64]] = field(default_factory=list)
    followers: list[Ids] = field(default_factory=list)  # cells that tell a figure which is withheld as a line

    def add(self, numbers: Ids, cells: Ids, coefficient: int) -> None:
        """Terms of the equations of these numbers (relative to `count`); absent cells are left out."""
        there = cells != ABSENT
        self.equations.append(numbers[there] + self.count)
        self.cells.append(cells[there])
        self.coefficients.append(np.full(int(there.sum()), coefficient, dtype=np.int64))

    def close(self, number: int) -> None:
        """The next equations are others."""
        self.count += number

    def rest(self, values: NDArray[np.int64]) -> Ids:
        """New cells that no table shows."""
        ids = np.arange(self.next_cell, self.next_cell + len(values), dtype=np.int64)
        self.next_cell += len(values)
        self.rests.append(values)
        return ids


def told_place(table: str, keys: Mapping[str, object]) -> str:
    """A row of a table in words: month, and the codes of its key, which tell of nobody."""
    month = keys.get("month")
    told = ", ".join(f"{name} {value}" for name, value in keys.items() if name != "month")
    return f"{table}{f' {month:%Y-%m}' if isinstance(month, date) else ''} ({told})"


def counts_of(table: Table) -> list[str]:
    """The counts of a table: those that may be small, those that are told otherwise, and amounts that go with a count."""
    sensitive = [item.name for item in table.fields if item.sensitive]
    return [*sensitive, *table.constraints.derived, *table.constraints.amounts]


def grid(table: Table, frame: pl.DataFrame, first: int) -> Grid:
    """The cells of a table; a count that is told twice for one row must be told alike. Raises ReleaseRefused."""
    key = [name for name in table.key if name not in table.constraints.repeated_over]
    told = frame.with_columns(**table.constraints.derived)
    counts = counts_of(table)
    numbered = told.select(*key, pl.struct(key).rank("dense").cast(pl.Int64).alias(_ROW) - 1)
    values = told.select(pl.col(counts).cast(pl.Int64), numbered[_ROW])  # a row may lack what another of the same tells
    most = values.group_by(_ROW).agg(pl.col(counts).max(), pl.col(counts).min().name.prefix("least ")).sort(_ROW)
    most = most.fill_null(ABSENT)
    for name in counts:
        twice = most.filter(pl.col(name) != pl.col(f"least {name}"))[_ROW]
        if len(twice):
            keys = numbered.row(by_predicate=pl.col(_ROW) == twice[0], named=True)
            keys.pop(_ROW)
            raise ReleaseRefused(
                f"{name} of {told_place(table.name, keys)} has two values, and so have {len(twice) - 1} more: "
                "run the month again, and report it if it stays"
            )
    rows = numbered.unique(_ROW).sort(_ROW)
    return Grid(
        table,
        rows,
        numbered[_ROW].to_numpy(),
        _with_rests(table, counts),
        first,
        _table_values(table, rows, most, counts),
    )


def _with_rests(table: Table, counts: list[str]) -> list[str]:
    kinds = (kind for kind in table.constraints.relations if isinstance(kind, PartsOf) and kind.has_remainder)
    return [*counts, *(remainder(kind.whole, *kind.parts) for kind in kinds)]


def _table_values(table: Table, rows: pl.DataFrame, most: pl.DataFrame, counts: list[str]) -> NDArray[np.int64]:
    shown = most.select(counts).to_numpy().astype(np.int64).reshape(most.height, len(counts))
    columns = [shown[:, place] for place in range(len(counts))]
    for kind in table.constraints.relations:
        if isinstance(kind, PartsOf) and kind.has_remainder:
            whole, parts = (shown[:, [counts.index(name) for name in names]] for names in ((kind.whole,), kind.parts))
            known = (whole != ABSENT).all(axis=1) & (parts != ABSENT).all(axis=1)
            left = whole[:, 0] - parts.sum(axis=1)
            if (left[known] < 0).any():
                raise _more(Grid(table, rows, rows[_ROW].to_numpy(), [], 0, shown), np.flatnonzero(known & (left < 0)),
                            " and ".join(kind.parts), kind.whole)  # fmt: skip
            columns.append(np.where(known, left, ABSENT))
    return np.stack(columns, axis=1) if columns else np.zeros((most.height, 0), dtype=np.int64)


def found(ours: pl.DataFrame, on: Mapping[str, pl.Expr], theirs: Grid) -> Ids:
    """The row of `theirs` for each of our rows; ABSENT where there is none."""
    asked = ours.select(**on)
    joined = asked.join(theirs.rows, on=list(on), how="left", maintain_order="left", nulls_equal=True)
    return joined[_ROW].fill_null(ABSENT).to_numpy()


def related(grids: Mapping[str, Grid], ours: Grid, into: Equations) -> None:
    """Add every equation that the table declares."""
    for kind in ours.table.constraints.relations:
        if isinstance(kind, EqualTo):
            _same(ours, kind, into, grids)
        else:
            _ADDING[type(kind)](ours, kind, into)


def _among(ours: Grid, among: pl.Expr | None) -> pl.DataFrame:
    return ours.rows if among is None else ours.rows.filter(among)


def _only(ours: Grid, only: Sequence[str]) -> list[str]:
    additive = [name for name in counts_of(ours.table) if name not in ours.table.constraints.derived]
    return list(only) or additive


def _linked(
    ours: Grid, totals: pl.DataFrame, parts: pl.DataFrame, on: list[str], only: Sequence[str], into: Equations
) -> None:
    """One equation a total and count: the parts that `on` finds, less the total."""
    pairs = totals.select(*on, pl.col(_ROW).alias("total")).join(parts.select(*on, _ROW), on=on, nulls_equal=True)
    place = {row: number for number, row in enumerate(totals[_ROW])}
    number = (
        pairs["total"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
        if pairs.height
        else np.zeros(0, np.int64)
    )
    part, total = pairs[_ROW].to_numpy(), totals[_ROW].to_numpy()
    for count in _only(ours, only):
        unknown = np.zeros(totals.height, dtype=bool)
        unknown[number[ours.lacking(part, count)]] = True
        unknown |= ours.lacking(total, count)
        into.add(np.arange(totals.height), np.where(unknown, ABSENT, ours.cells(total, count)), -1)
        into.add(number, np.where(unknown[number], ABSENT, ours.cells(part, count)), 1)
        into.close(totals.height)


def _sum(ours: Grid, kind: Sum, into: Equations) -> None:
    rows = _among(ours, kind.where)
    is_part = pl.col(kind.column).is_in(kind.parts) if kind.parts else pl.col(kind.column) != kind.total
    on = [name for name in ours.rows.columns if name not in (kind.column, _ROW)]
    totals = rows.filter(pl.col(kind.column) == kind.total)
    parts = rows.filter(is_part)
    if not kind.parts:  # a total of which no row shows a part is not broken down here
        totals = totals.join(parts.select(on), on=on, how="semi", nulls_equal=True)
    _linked(ours, totals, parts, on, kind.counts, into)


def _tree(ours: Grid, kind: RegionHierarchy, into: Equations) -> None:
    level, region = kind.level, kind.region
    other = [name for name in ours.rows.columns if name not in (level, region, _ROW)]
    for upper, lower, edges in _edges():
        named = edges.rename({"upper": "_upper", "lower": region})
        parts = ours.rows.filter(pl.col(level) == lower).join(named, on=region, maintain_order="left")
        totals = ours.rows.filter(pl.col(level) == upper).with_columns(pl.col(region).alias("_upper"))
        broken_down = totals.join(parts.select(*other, "_upper"), on=[*other, "_upper"], how="semi", nulls_equal=True)
        _linked(ours, broken_down, parts, [*other, "_upper"], kind.counts, into)


def _edges() -> list[tuple[str, str, pl.DataFrame]]:
    """Upper level, lower level, and which region of the lower is part of which of the upper."""
    places = geography()

    def at(level: str) -> pl.DataFrame:
        return places.filter(pl.col("geography_level") == level).select("member_code", "region_code")

    def between(upper: str, lower: str) -> pl.DataFrame:
        both = at(upper).join(at(lower), on="member_code").select(upper="region_code", lower="region_code_right")
        return both.unique().sort("upper", "lower")

    steps = (("nation", "province"), ("province_2020", "province"), ("province", "regency"))
    return [(upper, lower, between(upper, lower)) for upper, lower in steps]


def _within(ours: Grid, kind: PartsOf, into: Equations) -> None:
    rows = ours.rows[_ROW].to_numpy()
    names = (kind.whole, *kind.parts, *((remainder(kind.whole, *kind.parts),) if kind.has_remainder else ()))
    unknown = np.zeros(len(rows), dtype=bool)
    for name in names:
        unknown |= ours.lacking(rows, name)
    for place, name in enumerate(names):
        into.add(np.arange(len(rows)), np.where(unknown, ABSENT, ours.cells(rows, name)), 1 if place == 0 else -1)
    into.close(len(rows))


def _inside(ours: Grid, kind: SubsetOf, into: Equations) -> None:
    on = [name for name in ours.rows.columns if name not in (kind.column, _ROW)]
    rows = _among(ours, kind.where)
    wholes = rows.filter(pl.col(kind.column) == kind.whole).select(*on, pl.col(_ROW).alias("whole"))
    pairs = rows.filter(pl.col(kind.column) != kind.whole).join(wholes, on=on, nulls_equal=True)
    whole, part = pairs["whole"].to_numpy(), pairs[_ROW].to_numpy()
    for count in _only(ours, kind.counts):
        _part(ours.cells(whole, count), ours.cells(part, count), ours.values_of(whole, count), ours.values_of(part, count), into,
              ours, part, count, f"the row with {kind.column} {kind.whole}")  # fmt: skip


def _more(ours: Grid, rows: Ids, count: str, whole: str) -> ReleaseRefused:
    others = f", and {len(rows) - 1} more are" if len(rows) > 1 else ""
    return ReleaseRefused(
        f"{ours.named(int(rows[0]), count)} is more than {whole}, which it is a part of{others}: run the month again, and "
        "report it if it stays"
    )


def _part(
    whole: Ids, part: Ids, of_whole: Ids, of_part: Ids, into: Equations, ours: Grid, rows: Ids, count: str, named: str
) -> None:
    known = (whole != ABSENT) & (part != ABSENT)
    whole, part, left = whole[known], part[known], (of_whole - of_part)[known]
    if (left < 0).any():
        raise _more(ours, rows[known][left < 0], count, named)
    number = np.arange(len(whole))
    into.add(number, whole, 1)
    into.add(number, part, -1)
    into.add(number, into.rest(left), -1)
    into.close(len(whole))


def _balance(ours: Grid, kind: Balance, into: Equations) -> None:
    rows = ours.rows[_ROW].to_numpy()
    unknown = np.zeros(len(rows), dtype=bool)
    for name in (*kind.plus, *kind.minus):
        unknown |= ours.lacking(rows, name)
    for names, sign in ((kind.plus, 1), (kind.minus, -1)):
        for name in names:
            into.add(np.arange(len(rows)), np.where(unknown, ABSENT, ours.cells(rows, name)), sign)
    into.close(len(rows))


def _exchange(ours: Grid, kind: Exchange, into: Equations) -> None:
    on = [name for name in ours.rows.columns if name not in (kind.column, _ROW)]
    parts = ours.rows.filter(pl.col(kind.column) != kind.total)
    number = parts.select(pl.struct(on).rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    rows = parts[_ROW].to_numpy()
    unknown = np.zeros(int(number.max()) + 1 if len(number) else 0, dtype=bool)
    for name in (kind.inflow, kind.outflow):
        unknown[number[ours.lacking(rows, name)]] = True
    for name, sign in ((kind.inflow, 1), (kind.outflow, -1)):
        into.add(number, np.where(unknown[number], ABSENT, ours.cells(rows, name)), sign)
    into.close(len(unknown))


def _same(ours: Grid, kind: EqualTo, into: Equations, grids: Mapping[str, Grid]) -> None:
    theirs = grids[kind.other]
    rows = _among(ours, kind.where)
    months = theirs.rows["month"].unique().implode() if "month" in theirs.rows.columns else None
    rows = rows.filter(kind.on["month"].is_in(months)) if months is not None else rows
    mine = rows[_ROW].to_numpy()
    other = found(rows, kind.on, theirs)
    if not kind.is_subset:
        into.followers.append(ours.cells(mine[theirs.lacking(other, kind.other_count)], kind.count))
    known = (ours.cells(mine, kind.count) != ABSENT) & ~theirs.lacking(other, kind.other_count)
    mine, other = mine[known], other[known]
    if kind.is_subset:
        _part(theirs.cells(other, kind.other_count), ours.cells(mine, kind.count),
              theirs.values_of(other, kind.other_count), ours.values_of(mine, kind.count), into, ours, mine, kind.count,
              f"{kind.other_count} of {kind.other}")  # fmt: skip
        return
    number = np.arange(len(mine))
    into.add(number, ours.cells(mine, kind.count), 1)
    into.add(number, theirs.cells(other, kind.other_count), -1)
    into.close(len(mine))


_ADDING: dict[type, Callable[..., None]] = {
    Sum: _sum,
    RegionHierarchy: _tree,
    PartsOf: _within,
    SubsetOf: _inside,
    Balance: _balance,
    Exchange: _exchange,
}
