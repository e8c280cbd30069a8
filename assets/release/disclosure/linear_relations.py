"""The linear relations between all cells of a release, from the declarations of the summary tables.

Belongs here: all equations between cells that are public. Not here: the cells of each table (`grids`), and the suppression.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assets.coverage.geography import geography
from assets.release.disclosure.grids import ABSENT, Grid, Ids, counts_of, part_exceeds_whole
from schemas.constraints import Balance, EqualTo, Exchange, PartsOf, RegionHierarchy, SubsetOf, Sum, remainder

_ROW = "_row"


@dataclass(eq=False)
class Equations:
    """The terms of all equations (equation, cell, coefficient), and further cells that no table has a column for."""

    next_cell: int
    count: int = 0
    equations: list[Ids] = field(default_factory=list)
    cells: list[Ids] = field(default_factory=list)
    coefficients: list[Ids] = field(default_factory=list)
    remainders: list[NDArray[np.int64]] = field(default_factory=list)
    dependents: list[Ids] = field(default_factory=list)  # cells equal to a figure of a suppressed breakdown

    def add(self, numbers: Ids, cells: Ids, coefficient: int) -> None:
        """Add one term to each of these equations (numbered from `count`); absent cells are left out."""
        exists = cells != ABSENT
        self.equations.append(numbers[exists] + self.count)
        self.cells.append(cells[exists])
        self.coefficients.append(np.full(int(exists.sum()), coefficient, dtype=np.int64))

    def finish(self, number: int) -> None:
        """Finish this number of equations; `add` then numbers from the next one."""
        self.count += number

    def add_remainders(self, values: NDArray[np.int64]) -> Ids:
        """New cells for remainders, which no table publishes."""
        ids = np.arange(self.next_cell, self.next_cell + len(values), dtype=np.int64)
        self.next_cell += len(values)
        self.remainders.append(values)
        return ids


def matching_rows(rows: pl.DataFrame, on: Mapping[str, pl.Expr], other_grid: Grid) -> Ids:
    """The row of `other_grid` for each of the rows; ABSENT where there is none."""
    wanted = rows.select(**on)
    joined = wanted.join(other_grid.rows, on=list(on), how="left", maintain_order="left", nulls_equal=True)
    return joined[_ROW].fill_null(ABSENT).to_numpy()


def add_relations(grids: Mapping[str, Grid], grid: Grid, equations: Equations) -> None:
    """Add every equation that follows from the table's declaration."""
    for relation in grid.table.constraints.relations:
        if isinstance(relation, EqualTo):
            _add_equal_to(grid, relation, equations, grids)
        else:
            _ADD[type(relation)](grid, relation, equations)


def _selected(grid: Grid, where: pl.Expr | None) -> pl.DataFrame:
    return grid.rows if where is None else grid.rows.filter(where)


def _counts_or_all(grid: Grid, counts: Sequence[str]) -> list[str]:
    return list(counts) or [name for name in counts_of(grid.table) if name not in grid.table.constraints.derived]


def _add_sums(
    grid: Grid, totals: pl.DataFrame, parts: pl.DataFrame, on: list[str], counts: Sequence[str], equations: Equations
) -> None:
    """Add one equation per total and count: the parts with the same `on`, minus the total."""
    pairs = totals.select(*on, pl.col(_ROW).alias("total")).join(parts.select(*on, _ROW), on=on, nulls_equal=True)
    equation_of = {row: equation for equation, row in enumerate(totals[_ROW])}
    equation = (
        pairs["total"].replace_strict(equation_of, return_dtype=pl.Int64).to_numpy()
        if pairs.height
        else np.zeros(0, np.int64)
    )
    part, total = pairs[_ROW].to_numpy(), totals[_ROW].to_numpy()
    for count in _counts_or_all(grid, counts):
        is_unknown = np.zeros(totals.height, dtype=bool)
        is_unknown[equation[grid.is_unknown(part, count)]] = True
        is_unknown |= grid.is_unknown(total, count)
        equations.add(np.arange(totals.height), np.where(is_unknown, ABSENT, grid.cells(total, count)), -1)
        equations.add(equation, np.where(is_unknown[equation], ABSENT, grid.cells(part, count)), 1)
        equations.finish(totals.height)


def _add_sum(grid: Grid, relation: Sum, equations: Equations) -> None:
    rows = _selected(grid, relation.where)
    is_part = (
        pl.col(relation.column).is_in(relation.parts) if relation.parts else pl.col(relation.column) != relation.total
    )
    on = [name for name in grid.rows.columns if name not in (relation.column, _ROW)]
    totals = rows.filter(pl.col(relation.column) == relation.total)
    parts = rows.filter(is_part)
    if not relation.parts:  # a total without a row of a part is not divided in this table
        totals = totals.join(parts.select(on), on=on, how="semi", nulls_equal=True)
    _add_sums(grid, totals, parts, on, relation.counts, equations)


def _add_hierarchy(grid: Grid, relation: RegionHierarchy, equations: Equations) -> None:
    level, region = relation.level, relation.region
    other = [name for name in grid.rows.columns if name not in (level, region, _ROW)]
    for upper, lower, edges in _region_edges():
        edges = edges.rename({"upper": "_upper", "lower": region})
        parts = grid.rows.filter(pl.col(level) == lower).join(edges, on=region, maintain_order="left")
        totals = grid.rows.filter(pl.col(level) == upper).with_columns(pl.col(region).alias("_upper"))
        divided = totals.join(parts.select(*other, "_upper"), on=[*other, "_upper"], how="semi", nulls_equal=True)
        _add_sums(grid, divided, parts, [*other, "_upper"], relation.counts, equations)


def _region_edges() -> list[tuple[str, str, pl.DataFrame]]:
    """Upper level, lower level, and the pairs of an upper region and a lower region that is part of it."""
    regions = geography()

    def at(level: str) -> pl.DataFrame:
        return regions.filter(pl.col("geography_level") == level).select("member_code", "region_code")

    def between(upper: str, lower: str) -> pl.DataFrame:
        both = at(upper).join(at(lower), on="member_code").select(upper="region_code", lower="region_code_right")
        return both.unique().sort("upper", "lower")

    steps = (("nation", "province"), ("province_2020", "province"), ("province", "regency"))
    return [(upper, lower, between(upper, lower)) for upper, lower in steps]


def _add_parts_of(grid: Grid, relation: PartsOf, equations: Equations) -> None:
    rows = grid.rows[_ROW].to_numpy()
    names = (
        relation.whole,
        *relation.parts,
        *((remainder(relation.whole, *relation.parts),) if relation.has_remainder else ()),
    )
    is_unknown = np.zeros(len(rows), dtype=bool)
    for name in names:
        is_unknown |= grid.is_unknown(rows, name)
    for column, name in enumerate(names):
        equations.add(
            np.arange(len(rows)), np.where(is_unknown, ABSENT, grid.cells(rows, name)), 1 if column == 0 else -1
        )
    equations.finish(len(rows))


def _add_subset_of(grid: Grid, relation: SubsetOf, equations: Equations) -> None:
    on = [name for name in grid.rows.columns if name not in (relation.column, _ROW)]
    rows = _selected(grid, relation.where)
    wholes = rows.filter(pl.col(relation.column) == relation.whole).select(*on, pl.col(_ROW).alias("whole"))
    pairs = rows.filter(pl.col(relation.column) != relation.whole).join(wholes, on=on, nulls_equal=True)
    whole, part = pairs["whole"].to_numpy(), pairs[_ROW].to_numpy()
    for count in _counts_or_all(grid, relation.counts):
        _add_remainder(
            grid.cells(whole, count),
            grid.cells(part, count),
            grid.values_of(whole, count),
            grid.values_of(part, count),
            equations,
            grid,
            part,
            count,
            f"the row with {relation.column} {relation.whole}",
        )


def _add_remainder(
    whole: Ids,
    part: Ids,
    whole_values: Ids,
    part_values: Ids,
    equations: Equations,
    grid: Grid,
    rows: Ids,
    count: str,
    label: str,
) -> None:
    known = (whole != ABSENT) & (part != ABSENT)
    whole, part, difference = whole[known], part[known], (whole_values - part_values)[known]
    if (difference < 0).any():
        raise part_exceeds_whole(grid, rows[known][difference < 0], count, label)
    equation = np.arange(len(whole))
    equations.add(equation, whole, 1)
    equations.add(equation, part, -1)
    equations.add(equation, equations.add_remainders(difference), -1)
    equations.finish(len(whole))


def _add_balance(grid: Grid, relation: Balance, equations: Equations) -> None:
    rows = grid.rows[_ROW].to_numpy()
    is_unknown = np.zeros(len(rows), dtype=bool)
    for name in (*relation.plus, *relation.minus):
        is_unknown |= grid.is_unknown(rows, name)
    for names, sign in ((relation.plus, 1), (relation.minus, -1)):
        for name in names:
            equations.add(np.arange(len(rows)), np.where(is_unknown, ABSENT, grid.cells(rows, name)), sign)
    equations.finish(len(rows))


def _add_exchange(grid: Grid, relation: Exchange, equations: Equations) -> None:
    on = [name for name in grid.rows.columns if name not in (relation.column, _ROW)]
    parts = grid.rows.filter(pl.col(relation.column) != relation.total)
    equation = parts.select(pl.struct(on).rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    rows = parts[_ROW].to_numpy()
    is_unknown = np.zeros(int(equation.max()) + 1 if len(equation) else 0, dtype=bool)
    for name in (relation.inflow, relation.outflow):
        is_unknown[equation[grid.is_unknown(rows, name)]] = True
    for name, sign in ((relation.inflow, 1), (relation.outflow, -1)):
        equations.add(equation, np.where(is_unknown[equation], ABSENT, grid.cells(rows, name)), sign)
    equations.finish(len(is_unknown))


def _add_equal_to(grid: Grid, relation: EqualTo, equations: Equations, grids: Mapping[str, Grid]) -> None:
    other_grid = grids[relation.other]
    rows = _selected(grid, relation.where)
    months = other_grid.rows["month"].unique().implode() if "month" in other_grid.rows.columns else None
    rows = rows.filter(relation.on["month"].is_in(months)) if months is not None else rows
    own, other = rows[_ROW].to_numpy(), matching_rows(rows, relation.on, other_grid)
    if not relation.is_subset:
        equations.dependents.append(grid.cells(own[other_grid.is_unknown(other, relation.other_count)], relation.count))
    known = (grid.cells(own, relation.count) != ABSENT) & ~other_grid.is_unknown(other, relation.other_count)
    own, other = own[known], other[known]
    if relation.is_subset:
        _add_remainder(
            other_grid.cells(other, relation.other_count),
            grid.cells(own, relation.count),
            other_grid.values_of(other, relation.other_count),
            grid.values_of(own, relation.count),
            equations,
            grid,
            own,
            relation.count,
            f"{relation.other_count} of {relation.other}",
        )
        return
    equation = np.arange(len(own))
    equations.add(equation, grid.cells(own, relation.count), 1)
    equations.add(equation, other_grid.cells(other, relation.other_count), -1)
    equations.finish(len(own))


_ADD: dict[type, Callable[..., None]] = {
    Sum: _add_sum,
    RegionHierarchy: _add_hierarchy,
    PartsOf: _add_parts_of,
    SubsetOf: _add_subset_of,
    Balance: _add_balance,
    Exchange: _add_exchange,
}
