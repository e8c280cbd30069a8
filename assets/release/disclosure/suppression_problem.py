"""The steps of a plan: what must not be told, the system of all figures, and what protecting it found.

Belongs here: from tables to demands, and what each figure costs to withhold. Not: the order of the attempts (`plan`), what is
protected together (`parts`).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import polars as pl

from assets.errors import ReleaseRefused
from assets.release.disclosure import figure_names
from assets.release.disclosure.alternative_tables import ProtectionLevels
from assets.release.disclosure.breakdowns import sparse_breakdowns
from assets.release.disclosure.linear_relations import ABSENT, Equations, Grid, add_relations, build_grid, counts_of
from assets.release.disclosure.linear_system import Floats, LinearSystem, Mask, build_system, unbalanced
from assets.release.disclosure.policy import Policy
from assets.release.disclosure.previous_release import compare_with_previous
from assets.release.disclosure.primary_suppression import primary_suppressed
from assets.release.disclosure.solver_input import SolverInput, SuppressionResult
from assets.release.disclosure.subproblems import partition
from schemas.summaries import SUMMARIES
from schemas.summaries.enterprises import COMPARED
from schemas.tables import Table

_NATION_COSTS, _PROVINCE_COSTS = 1000.0, 5.0  # how much dearer than a detail: the nation only where nothing else does
_AMOUNT_COSTS = 30.0  # the same for amounts of the nation, which are large numbers as they are

_NAMED = 3  # unmet demands that a message names; the others are counted
_TOLD_COSTS = 10.0  # the same for what was told before, in a month that is restated


class SuppressionProblem:
    """The steps of a plan, in order."""

    def __init__(
        self,
        frames: Mapping[str, pl.DataFrame],
        policy: Policy,
        earlier: Path | None,
        given_up_breakdowns: Iterable[tuple[int, str]] = (),
    ) -> None:
        self.frames, self.policy, self.size, self.given_up_breakdowns = frames, policy, 0, set(given_up_breakdowns)
        grids: dict[str, Grid] = {}
        for table in SUMMARIES:
            grids[table.name] = build_grid(table, frames[table.name], self.size)
            self.size += grids[table.name].values.size
        self.grids, size = grids, self.size
        self.small, self.dominated, self.suppressed = (np.zeros(size, dtype=bool) for _ in range(3))
        self.limit, self.is_amount = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
        self.shown = np.zeros(size, dtype=bool)
        self.true = np.concatenate([grid.values.ravel() for grid in grids.values()])
        for grid in grids.values():
            self._mark(grid)
        self.previous = compare_with_previous(grids, frames, size, earlier)
        self.suppressed |= self.previous.withheld
        self.in_breakdown, self.last = (np.zeros(size, dtype=bool) for _ in range(2))
        coverage = grids["coverage"]
        cells = slice(coverage.first, coverage.first + coverage.values.size)
        self.in_breakdown[cells] = sparse_breakdowns(
            coverage, policy.min_count, policy.sparse_percent, given_up_breakdowns
        ).ravel()
        self.suppressed |= self.in_breakdown & (self.true > -1)

    def _mark(self, grid: Grid) -> None:
        """What is withheld for itself, or goes with what is; from which number on a count may be told."""
        frame = self.frames[grid.table.name]
        cells = slice(grid.first, grid.first + grid.values.size)
        units = [_unit(grid.table, name) for name in grid.counts]
        limits = np.array([self.policy.threshold(unit) if unit else 0 for unit in units])
        self.limit[cells] = np.tile(limits, grid.rows.height)
        shown = np.array([name in counts_of(grid.table) for name in grid.counts])
        self.shown[cells] = np.tile(shown, grid.rows.height)
        self.is_amount[cells] = np.tile(
            np.array([name in grid.table.constraints.amounts for name in grid.counts]), grid.rows.height
        )
        suppressed = self.suppressed[cells].reshape(grid.values.shape)
        for name, where in primary_suppressed(frame, grid.table, self.policy).items():
            if name in grid.counts:
                suppressed[grid.row_of[where], grid.counts.index(name)] = True
        open_rows = _open(frame, grid)
        small = (grid.values > 0) & (grid.values < limits) & ~open_rows[:, None]
        self.small[cells] = small.ravel()
        dominated = self.dominated[cells].reshape(grid.values.shape)
        if grid.table.name == "coverage_enterprise":
            workers, compared = (
                pl.col("protected_workers"),
                frame.select(grid.table.constraints.derived[COMPARED]).to_series(),
            )
            dominated[:, grid.counts.index("protected_workers")] = _dominated(frame, grid, self.policy, workers)
            dominated[:, grid.counts.index(COMPARED)] = _dominated(frame, grid, self.policy, pl.lit(compared))
        self.suppressed[cells] = ((suppressed | small | dominated) & (grid.values > -1)).ravel() & self.shown[cells]

    def task(self) -> SolverInput:
        """The system of all counts, and what must be possible in it."""
        for grid in self.grids.values():
            cells = slice(grid.first, grid.first + grid.values.size)
            grid.values = np.where(self.in_breakdown[cells].reshape(grid.values.shape), -1, grid.values)
        into = Equations(self.size)
        for grid in self.grids.values():
            add_relations(self.grids, grid, into)
        dependents = np.concatenate([np.zeros(0, dtype=np.int64), *into.dependents])
        dependents = dependents[dependents >= 0]
        self.in_breakdown[dependents] = True
        self.suppressed[dependents] = True
        values = np.concatenate([np.where(self.in_breakdown, -1, self.true), *into.remainders])
        more = len(values) - self.size
        row, cell, coefficient = (np.concatenate(parts) for parts in (into.equations, into.cells, into.coefficients))
        gone = np.zeros(len(values), dtype=bool)
        gone[dependents] = True
        lost = np.unique(row[gone[cell]])
        kept = ~np.isin(row, lost) if len(lost) else np.ones(len(row), dtype=bool)
        shown = np.concatenate([self.shown, np.zeros(more, dtype=bool)])
        empty = np.concatenate([self.suppressed & (self.true == 0), np.zeros(more, dtype=bool)])
        broken = unbalanced(values, row[kept], cell[kept], coefficient[kept])
        if len(broken):
            raise ReleaseRefused(
                f"{len(broken)} of {into.count} sums between the tables do not hold: "
                f"{figure_names.describe_sums(self.grids, broken, row[kept], cell[kept])}"
            )
        system = build_system(values, shown, empty, row[kept], cell[kept], coefficient[kept])
        self.rest_limit = np.concatenate([self.limit, np.full(more, self.policy.min_count)])
        return self._task(system)

    def _task(self, system: LinearSystem) -> SolverInput:
        of = system.variable[: self.size]
        there = of >= 0
        limit, small, dominated = (np.zeros(system.size, dtype=np.int64) for _ in range(3))
        np.maximum.at(limit, of[there], self.limit[there])
        np.maximum.at(small, of[there], self.small[there])
        np.maximum.at(dominated, of[there], self.dominated[there])
        ones = np.flatnonzero(small)
        rows = np.flatnonzero(
            (system.remainder > 0)
            & (system.remainder < self.rest_limit[system.remainder_cell])
            & (system.remainder_cell >= 0)
        )
        large = np.flatnonzero((dominated > 0) & (small == 0))
        share = self.policy.p_percent / 100
        places = np.concatenate([ones, ones, rows, rows, large, large])
        is_remainder = np.isin(np.arange(len(places)), np.arange(2 * len(ones), 2 * len(ones) + 2 * len(rows)))
        up = np.maximum(limit[ones] - system.value[ones], 1)
        up_left = np.maximum(self.rest_limit[system.remainder_cell[rows]] - system.remainder[rows], 1)
        change = np.concatenate([-system.value[ones], up, -system.remainder[rows], up_left,
                                 -system.value[large] * share, system.value[large] * share])  # fmt: skip
        return self._parted(system, ProtectionLevels(is_remainder, places, change.astype(np.float64)))

    def _parted(self, system: LinearSystem, levels: ProtectionLevels) -> SolverInput:
        """With the part of each variable, its cost, whether it is open, along with what it moves, and the month before."""
        names, label, carries_of, open_cells, before_cell = partition(self.grids, self.size)
        dearer = np.concatenate([np.repeat(_dearer(grid), len(grid.counts)) for grid in self.grids.values()])
        of = system.variable[: self.size]
        there = of >= 0
        subproblem_of = np.full(system.size, len(names))
        np.minimum.at(subproblem_of, of[there], label[there])
        carries = np.full(system.size, -1)
        carries[of[there]] = np.maximum(carries[of[there]], carries_of[there])
        is_open = np.zeros(system.size, dtype=bool)
        self.last = open_cells
        told = np.zeros(system.size, dtype=bool)
        told[of[there & self.previous.known]] = True
        is_open[of[there & open_cells]] = True
        is_open |= told
        before = np.full(system.size, -1)
        linked = there & (before_cell >= 0)
        before[of[linked]] = np.maximum(of[before_cell[linked]], -1)
        of_row = np.zeros(len(system.remainder), dtype=np.int64)
        np.maximum.at(of_row, system.row_of, subproblem_of[system.term])
        place = levels.index
        part = np.where(levels.is_remainder, of_row[np.where(levels.is_remainder, place, 0)] if len(of_row) else 0,
                        subproblem_of[np.where(levels.is_remainder, 0, place)])  # fmt: skip
        for mask in (is_open, told):
            mask[place[~levels.is_remainder]] = False
        told_before = np.zeros(system.size, dtype=bool)
        told_before[of[there & self.previous.dear]] = True
        times, of_amount = np.ones(system.size), np.zeros(system.size, dtype=bool)
        np.maximum.at(times, of[there], dearer[there])
        of_amount[of[there & self.is_amount]] = True
        times[of_amount] = np.minimum(times[of_amount], _AMOUNT_COSTS) / np.maximum(1, system.value[of_amount] / 1e6)
        cost = (1 + np.log1p(system.value)) * times * np.where(told_before, _TOLD_COSTS, 1.0)
        return SolverInput(system, levels, part, names, subproblem_of, cost, is_open, carries, before, told)

    def task_of_amounts(self, counts: SolverInput) -> SolverInput:
        """Amounts are withheld with their count; none of them may be derived to within `p_percent`."""
        goes = np.zeros(self.size, dtype=bool)
        for grid in self.grids.values():
            cells = slice(grid.first, grid.first + grid.values.size)
            suppressed, gone = (mask[cells].reshape(grid.values.shape) for mask in (self.suppressed, goes))
            for amount, count in grid.table.constraints.amounts.items():
                with_count = suppressed[:, grid.counts.index(count)] & (
                    grid.values[:, grid.counts.index(amount)] > ABSENT
                )
                gone[:, grid.counts.index(amount)] = with_count
        self.suppressed |= goes
        of = counts.system.variable[: self.size]
        there = (of >= 0) & goes & (self.true > 0)
        ones = np.unique(of[there])
        change = counts.system.value[ones] * (self.policy.p_percent / 100)
        levels = ProtectionLevels(
            np.zeros(2 * len(ones), dtype=bool), np.concatenate([ones, ones]), np.concatenate([-change, change])
        )
        return self._parted(counts.system, levels)

    def hidden_variables(self, system: LinearSystem) -> Mask:
        """Variables of which a cell is hidden: all its cells are."""
        of = system.variable[: self.size]
        suppressed = np.zeros(system.size, dtype=bool)
        suppressed[of[(of >= 0) & self.suppressed]] = True
        untold = np.ones(system.size, dtype=bool)
        untold[of[(of >= 0) & self.shown]] = False
        return suppressed | untold

    def hide(self, system: LinearSystem, suppressed: Mask) -> None:
        """Hide every cell of the hidden variables."""
        of = system.variable[: self.size]
        self.suppressed |= (of >= 0) & suppressed[np.maximum(of, 0)] & self.shown

    def refuse(self, task: SolverInput, found: SuppressionResult) -> None:
        """Raise ReleaseRefused where a demand could not be met: which figures, by their keys."""
        if len(found.unprotected):
            levels = task.levels[found.unprotected[:_NAMED]]
            named = dict.fromkeys(
                figure_names.describe_level(self.grids, task.system, int(place), is_remainder=bool(is_remainder))
                for is_remainder, place in zip(levels.is_remainder, levels.index, strict=True)
            )
            others = (
                f", and {len(found.unprotected) - len(levels)} more" if len(found.unprotected) > len(levels) else ""
            )
            raise ReleaseRefused(
                f"no release protects {'; '.join(named)}{others}: nothing is released; report it with the versions of the "
                "manifest, or publish these months apart"
            )


def _unit(table: Table, name: str) -> str:
    """The unit of a count; of what is left of a whole, that of the whole; an amount has none."""
    if name in table.constraints.amounts:
        return ""
    if name in table.constraints.derived:
        return "person"
    return table.field(name.split(" - ")[0]).unit


def _dearer(grid: Grid) -> Floats:
    """How many times dearer each row is to withhold: what is read first is withheld last."""
    named = [name for name in ("region_code", "province_code") if name in grid.rows.columns]
    if not named:
        return np.ones(grid.rows.height)
    is_total = pl.lit(value=False)
    if grid.table.name == "coverage":
        is_total = (pl.col("geography_level") != "regency") & (pl.col("sex") == "all") & (pl.col("age_band") == "all")
    times = pl.when(pl.col(named[0]) == "ID").then(_NATION_COSTS).when(is_total).then(_PROVINCE_COSTS).otherwise(1.0)
    return grid.rows.select(times).to_series().to_numpy()


def _open(frame: pl.DataFrame, grid: Grid) -> Mask:
    found = np.zeros(grid.rows.height, dtype=bool)
    if grid.table.open_where is not None:
        found[grid.row_of[frame.select(grid.table.open_where.fill_null(value=False)).to_series().to_numpy()]] = True
    return found


def _dominated(frame: pl.DataFrame, grid: Grid, policy: Policy, workers: pl.Expr) -> Mask:
    """Rows in which one employer, or two, could be told from these workers; of some employers, none is larger than of all."""
    largest, second = pl.col("largest_workers"), pl.col("second_workers")
    one = largest * 100 > workers * policy.dominance_percent
    two = (workers - largest - second) * 100 < largest * policy.p_percent
    few = pl.col("enrolled_employers") < policy.min_employers
    found = np.zeros(grid.rows.height, dtype=bool)
    told = frame.select(((workers > 0) & (one | two | few)).fill_null(value=False)).to_series().to_numpy()
    found[grid.row_of[told]] = True
    return found
