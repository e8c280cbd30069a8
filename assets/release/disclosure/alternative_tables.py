"""Alternative tables: tables that a reader cannot distinguish from the true one. How to find and how to check them.

An alternative table is stored as its difference from the true table. Belongs here: the linear problem over some variables,
with all others fixed at their true value, and the check of its solution against the whole system without the solver. Not
here: which cells are sensitive, and the order in which they are protected (`secondary_suppression`).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assets.release.disclosure.linear_system import Floats, Ints, LinearSystem, Mask
from assets.release.linear_programme import DEFAULT_TOLERANCE, LinearProgramme

_REWARD = 1e4  # reward for reaching a protection level: far above any cost of suppression
_NEGLIGIBLE = 1e-9  # smaller changes count as zero
_ROUNDING_ERROR = 1e-12  # relative to the size of a row, in addition to TOLERANCE
_AMOUNT_TOLERANCE = 1e-9  # of the solver, per row: amounts have large units
_PRESOLVE_COLUMNS = 20_000  # from this size on, presolving halves the time (measured)
TOLERANCE = 1e-6  # of a row of an alternative table, in persons


Alternative = tuple[Ints, Floats]  # variables, and their differences from the true table


@dataclass(frozen=True)
class ProtectionLevels:
    """The required uncertainty: figure i (a variable, or the remainder of a row) can differ by `change`.

    A positive `change` is an upper protection level, a negative one a lower protection level.
    """

    is_remainder: Mask
    index: Ints
    change: Floats

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, chosen: Mask | Ints) -> "ProtectionLevels":
        return ProtectionLevels(self.is_remainder[chosen], self.index[chosen], self.change[chosen])

    @cached_property
    def _by_figure(self) -> tuple[Ints, Ints]:
        """The figure of each level, sorted, and the number of its level."""
        figures = 2 * self.index + self.is_remainder
        order = np.argsort(figures, kind="stable")
        return figures[order], order

    def reached_by(self, system: LinearSystem, alternative: Alternative) -> Ints:
        """The numbers of the protection levels that the alternative table reaches."""
        variables, change = alternative
        rows, sums, _ = system.sums(variables, change)
        changed, moved = np.concatenate([2 * variables, 2 * rows + 1]), np.concatenate([change, sums])
        figures, number = self._by_figure
        first = np.searchsorted(figures, changed)
        counts = np.searchsorted(figures, changed, side="right") - first
        before = np.cumsum(counts) - counts
        levels = number[np.repeat(first - before, counts) + np.arange(counts.sum())]
        return np.sort(levels[_reaches(np.repeat(moved, counts), self.change[levels])])


def _reaches(moved: Floats, change: Floats) -> Mask:
    return np.asarray(moved * np.sign(change) >= np.abs(change) * (1 - TOLERANCE) - TOLERANCE)


def full_change(system: LinearSystem, alternative: Alternative) -> Floats:
    """The difference of every variable."""
    change = np.zeros(system.size)
    change[alternative[0]] = alternative[1]
    return change


def is_valid(system: LinearSystem, suppressed: Mask, alternative: Alternative, rows: Mask) -> bool:
    """Whether a reader cannot exclude the alternative table: only suppressed figures differ, and these rows hold."""
    variables, change = alternative
    changed, sums, sizes = system.sums(variables, change)
    known = rows[changed]
    value = system.value[variables]
    return bool(
        suppressed[variables].all()
        and (value + change >= -TOLERANCE - _ROUNDING_ERROR * value).all()
        and _rows_hold(system.remainder[changed[known]], sums[known], sizes[known]).all()
    )


def _rows_hold(remainder: Ints, sums: Floats, sizes: Floats) -> Mask:
    """A mask of the rows that hold if they change by `sums`, which were added up from terms of these `sizes`."""
    tolerance = TOLERANCE + _ROUNDING_ERROR * sizes
    return np.where(remainder < 0, np.abs(sums) <= tolerance, sums >= -remainder - tolerance)


class LocalProblem:
    """The linear problem over some variables and the rows that contain them; it is solved many times.

    Only `variables` may differ from the true table; solutions have their order. Figures are counted in `unit`s, so that
    amounts of money and numbers of persons have a similar size for the solver.
    """

    def __init__(self, system: LinearSystem, variables: Ints, known_rows: Mask, unit: float = 1.0) -> None:
        """`known_rows`: the rows that readers know already."""
        self.system, self.variables, self.unit = system, variables, unit
        terms, column = system.terms_of(variables)
        is_known = known_rows[system.row_of[terms]]
        terms, self.column = terms[is_known], column[is_known]
        self.rows, self.row = np.unique(system.row_of[terms], return_inverse=True)
        self.coefficient = system.coefficient[terms].astype(np.float64)
        self.column_of = np.full(system.size, -1)
        self.column_of[variables] = np.arange(len(variables))

    def is_feasible(self, alternative: Floats, row_offsets: Floats | None = None) -> bool:
        """Whether all rows hold and no value is negative. `row_offsets`: changes of the rows by other variables."""
        terms = self.coefficient * alternative[self.column]
        sums, sizes = (
            np.bincount(self.row, each, len(self.rows)).astype(np.float64) for each in (terms, np.abs(terms))
        )
        sums += 0.0 if row_offsets is None else row_offsets[self.rows]
        value = self.system.value[self.variables]
        return bool(
            _rows_hold(self.system.remainder[self.rows], sums, sizes).all()
            and (value + alternative >= -TOLERANCE - _ROUNDING_ERROR * value).all()
        )

    def find_alternative(
        self,
        levels: ProtectionLevels,
        cost: Floats,
        suppressed: Mask,
        *,
        forced: bool,
        row_offsets: Floats | None = None,
    ) -> Floats | None:
        """The cheapest alternative table that reaches the levels: all of them if `forced`, else as many as possible.

        None if there is none. `row_offsets`: changes of the rows by other variables, which the solution balances.
        Suppressed figures change at no cost. Others have a cost and must then be suppressed. Raises ReleaseRefused if the
        solver stops early.
        """
        unit_cost = np.where(suppressed[self.variables], 0.0, cost[self.variables]) * self.unit
        with_cost = np.flatnonzero(unit_cost > 0)
        value = self.system.value[self.variables] / self.unit
        total, number_with_cost = len(self.variables), len(with_cost)
        down_of = np.full(total, -1)
        down_of[with_cost] = total + np.arange(number_with_cost)
        has_down = down_of[self.column] >= 0
        remainder = self.system.remainder[self.rows].astype(np.float64) / self.unit
        offset = np.zeros(len(self.rows)) if row_offsets is None else row_offsets[self.rows] / self.unit
        columns, entries = self._level_terms(levels, down_of)
        problem = _ProgrammeWithLevels(
            costs=np.concatenate([unit_cost, unit_cost[with_cost]]),
            columns_low=np.concatenate([np.where(unit_cost > 0, 0.0, -value), np.zeros(number_with_cost)]),
            columns_high=np.concatenate([np.full(total, np.inf), value[with_cost]]),
            rows=np.concatenate([self.row, self.row[has_down]]),
            columns=np.concatenate([self.column, down_of[self.column[has_down]]]),
            entries=np.concatenate([self.coefficient, -self.coefficient[has_down]]),
            rows_low=np.where(remainder < 0, 0.0, -remainder) - offset,
            rows_high=np.where(remainder < 0, 0.0, np.inf) - offset,
            level_columns=columns,
            level_entries=entries,
            level_low=self._missing_change(levels, row_offsets),
            level_change=np.abs(levels.change) / self.unit,
            # With offsets, a figure may first have to change in the opposite direction.
            smallest_change=0.0 if row_offsets is None else -np.inf,
            tolerance=DEFAULT_TOLERANCE if self.unit == 1 else _AMOUNT_TOLERANCE,
        )
        solution = problem.solve(forced=forced)
        if solution is None:
            return None
        change = solution[:total].copy()
        change[with_cost] -= solution[total : total + number_with_cost]
        change[np.abs(change) < _NEGLIGIBLE] = 0
        return change if self.unit == 1 else self._rounded(change * self.unit, row_offsets)

    def _rounded(self, alternative: Floats, row_offsets: Floats | None) -> Floats:
        """Round amounts to the hundredth if the rows then hold: smaller differences come from the large unit."""
        rounded = np.round(alternative, 2)
        return rounded if self.is_feasible(rounded, row_offsets) else alternative

    def _missing_change(self, levels: ProtectionLevels, row_offsets: Floats | None) -> Floats:
        """The change of each remainder by other variables, in the opposite direction of its level."""
        if row_offsets is None:
            return np.zeros(len(levels))
        of_row = np.append(row_offsets, 0.0)[np.where(levels.is_remainder, levels.index, -1)]
        return -np.sign(levels.change) * np.where(levels.is_remainder, of_row, 0.0) / self.unit

    def _level_terms(self, levels: ProtectionLevels, down_of: Ints) -> tuple[list[Ints], list[Floats]]:
        """For each level the columns and coefficients of its figure, signed by the direction of the level."""
        columns, entries = [], []
        for is_remainder, where, change in zip(levels.is_remainder, levels.index, levels.change, strict=True):
            if is_remainder:
                span = slice(self.system.start[where], self.system.start[where + 1])
                found, sign = self.column_of[self.system.term[span]], self.system.coefficient[span].astype(np.float64)
            else:
                found, sign = self.column_of[[where]], np.ones(1)
            sign, found = sign[found >= 0] * np.sign(change), found[found >= 0]
            also = down_of[found] >= 0
            columns.append(np.concatenate([found, down_of[found[also]]]))
            entries.append(np.concatenate([sign, -sign[also]]))
        return columns, entries


@dataclass(frozen=True, eq=False)
class _ProgrammeWithLevels:
    """Columns with costs and bounds, entries by row and column, rows with bounds, and the sums for the levels."""

    costs: Floats
    columns_low: Floats
    columns_high: Floats
    rows: Ints
    columns: Ints
    entries: Floats
    rows_low: Floats
    rows_high: Floats
    level_columns: list[Ints]
    level_entries: list[Floats]
    level_low: Floats
    level_change: Floats
    smallest_change: float
    tolerance: float

    def solve(self, *, forced: bool) -> Floats | None:
        """The values of the columns; None if it is infeasible. Raises ReleaseRefused if the solver stops early."""
        count, wanted, size = len(self.costs), len(self.level_columns), len(self.rows_low)
        reward = 0.0 if forced else _REWARD
        lengths = np.array([len(one) for one in self.level_columns], dtype=np.int64)
        level_rows = np.arange(size, size + wanted)
        least_change = self.level_change if forced else np.full(wanted, self.smallest_change)
        programme = LinearProgramme(
            costs=np.concatenate([self.costs, -reward / np.maximum(self.level_change, 1e-9)]),
            columns_low=np.concatenate([self.columns_low, least_change]),
            columns_high=np.concatenate([self.columns_high, self.level_change]),
            rows=np.concatenate([self.rows, np.repeat(level_rows, lengths), level_rows]),
            columns=np.concatenate([self.columns, *self.level_columns, np.arange(count, count + wanted)]),
            entries=np.concatenate([self.entries, *self.level_entries, np.full(wanted, -1.0)]),
            rows_low=np.concatenate([self.rows_low, self.level_low]),
            rows_high=np.concatenate([self.rows_high, np.full(wanted, np.inf)]),
        )
        return programme.solve(self.tolerance, "on" if count + wanted > _PRESOLVE_COLUMNS else "off")
