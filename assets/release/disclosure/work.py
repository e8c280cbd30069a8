"""The steps of a plan: what must not be told, the system of all figures, and what protecting it found.

Belongs here: from tables to demands, and what each figure costs to withhold. Not: the order of the attempts (`plan`), what is
protected together (`parts`).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import polars as pl

from assets.errors import ReleaseRefused
from assets.release.disclosure import naming
from assets.release.disclosure.breakdowns import sparse
from assets.release.disclosure.memory import remembered
from assets.release.disclosure.parts import labels
from assets.release.disclosure.policy import Policy
from assets.release.disclosure.relations import ABSENT, Equations, Grid, counts_of, grid, related
from assets.release.disclosure.shifts import Demands
from assets.release.disclosure.system import Mask, Real, System, assemble, unequal
from assets.release.disclosure.task import Protected, Task
from assets.release.disclosure.thresholds import withheld
from schemas.summaries import SUMMARIES
from schemas.summaries.enterprises import COMPARED
from schemas.tables import Table

_NATION_COSTS, _PROVINCE_COSTS = 1000.0, 5.0  # how much dearer than a detail: the nation only where nothing else does
_AMOUNT_COSTS = 30.0  # the same for amounts of the nation, which are large numbers as they are

_NAMED = 3  # unmet demands that a message names; the others are counted
_TOLD_COSTS = 10.0  # the same for what was told before, in a month that is restated


class Work:
    """The steps of a plan, in order."""

    def __init__(
        self,
        frames: Mapping[str, pl.DataFrame],
        rule: Policy,
        earlier: Path | None,
        given_up: Iterable[tuple[int, str]] = (),
    ) -> None:
        self.frames, self.rule, self.size, self.given_up = frames, rule, 0, set(given_up)
        grids: dict[str, Grid] = {}
        for table in SUMMARIES:
            grids[table.name] = grid(table, frames[table.name], self.size)
            self.size += grids[table.name].values.size
        self.grids, size = grids, self.size
        self.small, self.dominated, self.hidden = (np.zeros(size, dtype=bool) for _ in range(3))
        self.limit, self.is_amount = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
        self.shown = np.zeros(size, dtype=bool)
        self.true = np.concatenate([ours.values.ravel() for ours in grids.values()])
        for ours in grids.values():
            self._mark(ours)
        self.memory = remembered(grids, frames, size, earlier)
        self.hidden |= self.memory.withheld
        self.cut, self.last = (np.zeros(size, dtype=bool) for _ in range(2))
        coverage = grids["coverage"]
        cells = slice(coverage.first, coverage.first + coverage.values.size)
        self.cut[cells] = sparse(coverage, rule.min_count, rule.sparse_percent, given_up).ravel()
        self.hidden |= self.cut & (self.true > -1)

    def _mark(self, ours: Grid) -> None:
        """What is withheld for itself, or goes with what is; from which number on a count may be told."""
        frame = self.frames[ours.table.name]
        cells = slice(ours.first, ours.first + ours.values.size)
        units = [_unit(ours.table, name) for name in ours.counts]
        limits = np.array([self.rule.threshold(unit) if unit else 0 for unit in units])
        self.limit[cells] = np.tile(limits, ours.rows.height)
        shown = np.array([name in counts_of(ours.table) for name in ours.counts])
        self.shown[cells] = np.tile(shown, ours.rows.height)
        self.is_amount[cells] = np.tile(
            np.array([name in ours.table.constraints.amounts for name in ours.counts]), ours.rows.height
        )
        hidden = self.hidden[cells].reshape(ours.values.shape)
        for name, where in withheld(frame, ours.table, self.rule).items():
            if name in ours.counts:
                hidden[ours.row_of[where], ours.counts.index(name)] = True
        open_rows = _open(frame, ours)
        small = (ours.values > 0) & (ours.values < limits) & ~open_rows[:, None]
        self.small[cells] = small.ravel()
        dominated = self.dominated[cells].reshape(ours.values.shape)
        if ours.table.name == "coverage_enterprise":
            workers, compared = (
                pl.col("protected_workers"),
                frame.select(ours.table.constraints.derived[COMPARED]).to_series(),
            )
            dominated[:, ours.counts.index("protected_workers")] = _dominated(frame, ours, self.rule, workers)
            dominated[:, ours.counts.index(COMPARED)] = _dominated(frame, ours, self.rule, pl.lit(compared))
        self.hidden[cells] = ((hidden | small | dominated) & (ours.values > -1)).ravel() & self.shown[cells]

    def task(self) -> Task:
        """The system of all counts, and what must be possible in it."""
        for ours in self.grids.values():
            cells = slice(ours.first, ours.first + ours.values.size)
            ours.values = np.where(self.cut[cells].reshape(ours.values.shape), -1, ours.values)
        into = Equations(self.size)
        for ours in self.grids.values():
            related(self.grids, ours, into)
        followers = np.concatenate([np.zeros(0, dtype=np.int64), *into.followers])
        followers = followers[followers >= 0]
        self.cut[followers] = True
        self.hidden[followers] = True
        values = np.concatenate([np.where(self.cut, -1, self.true), *into.rests])
        more = len(values) - self.size
        row, cell, coefficient = (np.concatenate(parts) for parts in (into.equations, into.cells, into.coefficients))
        gone = np.zeros(len(values), dtype=bool)
        gone[followers] = True
        lost = np.unique(row[gone[cell]])
        kept = ~np.isin(row, lost) if len(lost) else np.ones(len(row), dtype=bool)
        shown = np.concatenate([self.shown, np.zeros(more, dtype=bool)])
        empty = np.concatenate([self.hidden & (self.true == 0), np.zeros(more, dtype=bool)])
        broken = unequal(values, row[kept], cell[kept], coefficient[kept])
        if len(broken):
            raise ReleaseRefused(
                f"{len(broken)} of {into.count} sums between the tables do not hold: "
                f"{naming.sums(self.grids, broken, row[kept], cell[kept])}"
            )
        system = assemble(values, shown, empty, row[kept], cell[kept], coefficient[kept])
        self.rest_limit = np.concatenate([self.limit, np.full(more, self.rule.min_count)])
        return self._task(system)

    def _task(self, system: System) -> Task:
        of = system.variable[: self.size]
        there = of >= 0
        limit, small, dominated = (np.zeros(system.size, dtype=np.int64) for _ in range(3))
        np.maximum.at(limit, of[there], self.limit[there])
        np.maximum.at(small, of[there], self.small[there])
        np.maximum.at(dominated, of[there], self.dominated[there])
        ones = np.flatnonzero(small)
        rows = np.flatnonzero(
            (system.left > 0) & (system.left < self.rest_limit[system.left_cell]) & (system.left_cell >= 0)
        )
        large = np.flatnonzero((dominated > 0) & (small == 0))
        share = self.rule.p_percent / 100
        places = np.concatenate([ones, ones, rows, rows, large, large])
        is_left = np.isin(np.arange(len(places)), np.arange(2 * len(ones), 2 * len(ones) + 2 * len(rows)))
        up = np.maximum(limit[ones] - system.value[ones], 1)
        up_left = np.maximum(self.rest_limit[system.left_cell[rows]] - system.left[rows], 1)
        change = np.concatenate([-system.value[ones], up, -system.left[rows], up_left,
                                 -system.value[large] * share, system.value[large] * share])  # fmt: skip
        return self._parted(system, Demands(is_left, places, change.astype(np.float64)))

    def _parted(self, system: System, demands: Demands) -> Task:
        """With the part of each variable, its cost, whether it is open, along with what it moves, and the month before."""
        names, label, carries_of, open_cells, before_cell = labels(self.grids, self.size)
        dearer = np.concatenate([np.repeat(_dearer(ours), len(ours.counts)) for ours in self.grids.values()])
        of = system.variable[: self.size]
        there = of >= 0
        part_of = np.full(system.size, len(names))
        np.minimum.at(part_of, of[there], label[there])
        carries = np.full(system.size, -1)
        carries[of[there]] = np.maximum(carries[of[there]], carries_of[there])
        is_open = np.zeros(system.size, dtype=bool)
        self.last = open_cells
        told = np.zeros(system.size, dtype=bool)
        told[of[there & self.memory.known]] = True
        is_open[of[there & open_cells]] = True
        is_open |= told
        before = np.full(system.size, -1)
        linked = there & (before_cell >= 0)
        before[of[linked]] = np.maximum(of[before_cell[linked]], -1)
        of_row = np.zeros(len(system.left), dtype=np.int64)
        np.maximum.at(of_row, system.row_of, part_of[system.term])
        place = demands.place
        part = np.where(demands.is_left, of_row[np.where(demands.is_left, place, 0)] if len(of_row) else 0,
                        part_of[np.where(demands.is_left, 0, place)])  # fmt: skip
        for mask in (is_open, told):
            mask[place[~demands.is_left]] = False
        told_before = np.zeros(system.size, dtype=bool)
        told_before[of[there & self.memory.dear]] = True
        times, of_amount = np.ones(system.size), np.zeros(system.size, dtype=bool)
        np.maximum.at(times, of[there], dearer[there])
        of_amount[of[there & self.is_amount]] = True
        times[of_amount] = np.minimum(times[of_amount], _AMOUNT_COSTS) / np.maximum(1, system.value[of_amount] / 1e6)
        cost = (1 + np.log1p(system.value)) * times * np.where(told_before, _TOLD_COSTS, 1.0)
        return Task(system, demands, part, names, part_of, cost, is_open, carries, before, told)

    def task_of_amounts(self, counts: Task) -> Task:
        """Amounts are withheld with their count; none of them may be derived to within `p_percent`."""
        goes = np.zeros(self.size, dtype=bool)
        for ours in self.grids.values():
            cells = slice(ours.first, ours.first + ours.values.size)
            hidden, gone = (mask[cells].reshape(ours.values.shape) for mask in (self.hidden, goes))
            for amount, count in ours.table.constraints.amounts.items():
                with_count = hidden[:, ours.counts.index(count)] & (ours.values[:, ours.counts.index(amount)] > ABSENT)
                gone[:, ours.counts.index(amount)] = with_count
        self.hidden |= goes
        of = counts.system.variable[: self.size]
        there = (of >= 0) & goes & (self.true > 0)
        ones = np.unique(of[there])
        change = counts.system.value[ones] * (self.rule.p_percent / 100)
        demands = Demands(
            np.zeros(2 * len(ones), dtype=bool), np.concatenate([ones, ones]), np.concatenate([-change, change])
        )
        return self._parted(counts.system, demands)

    def hidden_variables(self, system: System) -> Mask:
        """Variables of which a cell is hidden: all its cells are."""
        of = system.variable[: self.size]
        hidden = np.zeros(system.size, dtype=bool)
        hidden[of[(of >= 0) & self.hidden]] = True
        untold = np.ones(system.size, dtype=bool)
        untold[of[(of >= 0) & self.shown]] = False
        return hidden | untold

    def hide(self, system: System, hidden: Mask) -> None:
        """Hide every cell of the hidden variables."""
        of = system.variable[: self.size]
        self.hidden |= (of >= 0) & hidden[np.maximum(of, 0)] & self.shown

    def refuse(self, task: Task, found: Protected) -> None:
        """Raise ReleaseRefused where a demand could not be met: which figures, by their keys."""
        if len(found.failed):
            demands = task.demands[found.failed[:_NAMED]]
            named = dict.fromkeys(
                naming.demand(self.grids, task.system, int(place), is_left=bool(is_left))
                for is_left, place in zip(demands.is_left, demands.place, strict=True)
            )
            others = f", and {len(found.failed) - len(demands)} more" if len(found.failed) > len(demands) else ""
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


def _dearer(ours: Grid) -> Real:
    """How many times dearer each row is to withhold: what is read first is withheld last."""
    named = [name for name in ("region_code", "province_code") if name in ours.rows.columns]
    if not named:
        return np.ones(ours.rows.height)
    is_total = pl.lit(value=False)
    if ours.table.name == "coverage":
        is_total = (pl.col("geography_level") != "regency") & (pl.col("sex") == "all") & (pl.col("age_band") == "all")
    times = pl.when(pl.col(named[0]) == "ID").then(_NATION_COSTS).when(is_total).then(_PROVINCE_COSTS).otherwise(1.0)
    return ours.rows.select(times).to_series().to_numpy()


def _open(frame: pl.DataFrame, ours: Grid) -> Mask:
    found = np.zeros(ours.rows.height, dtype=bool)
    if ours.table.open_where is not None:
        found[ours.row_of[frame.select(ours.table.open_where.fill_null(value=False)).to_series().to_numpy()]] = True
    return found


def _dominated(frame: pl.DataFrame, ours: Grid, rule: Policy, workers: pl.Expr) -> Mask:
    """Rows in which one employer, or two, could be told from these workers; of some employers, none is larger than of all."""
    largest, second = pl.col("largest_workers"), pl.col("second_workers")
    one = largest * 100 > workers * rule.dominance_percent
    two = (workers - largest - second) * 100 < largest * rule.p_percent
    few = pl.col("enrolled_employers") < rule.min_employers
    found = np.zeros(ours.rows.height, dtype=bool)
    told = frame.select(((workers > 0) & (one | two | few)).fill_null(value=False)).to_series().to_numpy()
    found[ours.row_of[told]] = True
    return found
