"""The suppression problem of a release: primary suppressions, protection levels, and the cost of suppressing each figure.

Belongs here: the translation of true tables into input of the solver. Not here: the order of the attempts (`pattern`), and
the subproblems (`subproblems`).
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

_NATION_FACTOR, _PROVINCE_FACTOR = 1000.0, 5.0  # relative to a detail: national figures are suppressed last
_AMOUNT_FACTOR = 30.0  # at most, for amounts: they are large numbers anyway

_MAX_NAMED = 3  # figures that a message names; the others are counted
_PUBLISHED_FACTOR = 10.0  # for figures of a restated month that were published before


class SuppressionProblem:
    """The suppression problem of all tables and months. True values: never log them."""

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
        self.threshold, self.is_amount = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
        self.is_published = np.zeros(size, dtype=bool)
        self.true_values = np.concatenate([grid.values.ravel() for grid in grids.values()])
        for grid in grids.values():
            self._mark_primary(grid)
        self.previous = compare_with_previous(grids, frames, size, earlier)
        self.suppressed |= self.previous.suppressed
        self.in_breakdown, self.to_suppress_last = (np.zeros(size, dtype=bool) for _ in range(2))
        coverage = grids["coverage"]
        sparse = sparse_breakdowns(coverage, policy.min_count, policy.sparse_percent, given_up_breakdowns)
        self.in_breakdown[coverage.span] = sparse.ravel()
        self.suppressed |= self.in_breakdown & (self.true_values > -1)

    def _mark_primary(self, grid: Grid) -> None:
        """Mark the primary suppressions of a table, and the threshold from which each count may be published."""
        frame = self.frames[grid.table.name]
        cells = grid.span
        units = [_unit(grid.table, name) for name in grid.counts]
        thresholds = np.array([self.policy.threshold(unit) if unit else 0 for unit in units])
        self.threshold[cells] = np.tile(thresholds, grid.rows.height)
        is_published = np.array([name in counts_of(grid.table) for name in grid.counts])
        self.is_published[cells] = np.tile(is_published, grid.rows.height)
        self.is_amount[cells] = np.tile(
            np.array([name in grid.table.constraints.amounts for name in grid.counts]), grid.rows.height
        )
        suppressed = self.suppressed[cells].reshape(grid.values.shape)
        for name, where in primary_suppressed(frame, grid.table, self.policy).items():
            if name in grid.counts:
                suppressed[grid.row_of[where], grid.counts.index(name)] = True
        exempt = _exempt_rows(frame, grid)
        small = (grid.values > 0) & (grid.values < thresholds) & ~exempt[:, None]
        self.small[cells] = small.ravel()
        dominated = self.dominated[cells].reshape(grid.values.shape)
        if grid.table.name == "coverage_enterprise":
            workers = pl.col("protected_workers")
            compared = frame.select(grid.table.constraints.derived[COMPARED]).to_series()
            dominated[:, grid.counts.index("protected_workers")] = _dominated_rows(frame, grid, self.policy, workers)
            dominated[:, grid.counts.index(COMPARED)] = _dominated_rows(frame, grid, self.policy, pl.lit(compared))
        primary = (suppressed | small | dominated) & (grid.values > -1)
        self.suppressed[cells] = primary.ravel() & self.is_published[cells]

    def count_problem(self) -> SolverInput:
        """The linear system of all counts, and their protection levels. Raises ReleaseRefused if a sum does not hold."""
        for grid in self.grids.values():
            cells = grid.span
            grid.values = np.where(self.in_breakdown[cells].reshape(grid.values.shape), -1, grid.values)
        equations = Equations(self.size)
        for grid in self.grids.values():
            add_relations(self.grids, grid, equations)
        dependents = np.concatenate([np.zeros(0, dtype=np.int64), *equations.dependents])
        dependents = dependents[dependents >= 0]
        self.in_breakdown[dependents] = True
        self.suppressed[dependents] = True
        values = np.concatenate([np.where(self.in_breakdown, -1, self.true_values), *equations.remainders])
        number_of_remainders = len(values) - self.size
        row, cell, coefficient = (
            np.concatenate(parts) for parts in (equations.equations, equations.cells, equations.coefficients)
        )
        kept = ~np.isin(row, np.unique(row[np.isin(cell, dependents)]))
        is_published = np.concatenate([self.is_published, np.zeros(number_of_remainders, dtype=bool)])
        empty = np.concatenate([self.suppressed & (self.true_values == 0), np.zeros(number_of_remainders, dtype=bool)])
        broken = unbalanced(values, row[kept], cell[kept], coefficient[kept])
        if len(broken):
            raise ReleaseRefused(
                f"{len(broken)} of {equations.count} sums between the tables do not hold: "
                f"{figure_names.describe_sums(self.grids, broken, row[kept], cell[kept])}"
            )
        system = build_system(values, is_published, empty, row[kept], cell[kept], coefficient[kept])
        self.remainder_threshold = np.concatenate(
            [self.threshold, np.full(number_of_remainders, self.policy.min_count)]
        )
        return self._build_input(system)

    def _build_input(self, system: LinearSystem) -> SolverInput:
        has_variable = system.variable[: self.size] >= 0
        variable_of = system.variable[: self.size][has_variable]
        threshold, small, dominated = (np.zeros(system.size, dtype=np.int64) for _ in range(3))
        np.maximum.at(threshold, variable_of, self.threshold[has_variable])
        np.maximum.at(small, variable_of, self.small[has_variable])
        np.maximum.at(dominated, variable_of, self.dominated[has_variable])
        small_variables = np.flatnonzero(small)
        rows = np.flatnonzero(
            (system.remainder > 0)
            & (system.remainder < self.remainder_threshold[system.remainder_cell])
            & (system.remainder_cell >= 0)
        )
        large = np.flatnonzero((dominated > 0) & (small == 0))
        share = self.policy.p_percent / 100
        index = np.concatenate([small_variables, small_variables, rows, rows, large, large])
        is_remainder = np.repeat([False, True, False], [2 * len(small_variables), 2 * len(rows), 2 * len(large)])
        up = np.maximum(threshold[small_variables] - system.value[small_variables], 1)
        up_remainders = np.maximum(self.remainder_threshold[system.remainder_cell[rows]] - system.remainder[rows], 1)
        of_large = system.value[large] * share
        change = np.concatenate(
            [-system.value[small_variables], up, -system.remainder[rows], up_remainders, -of_large, of_large]
        )
        return self._with_subproblems(system, ProtectionLevels(is_remainder, index, change.astype(np.float64)))

    def _with_subproblems(self, system: LinearSystem, levels: ProtectionLevels) -> SolverInput:
        """Add to the levels the subproblem, the cost and the order of suppression of each variable."""
        subproblems, subproblem_of_cell, carries_of_cell, last_cells, previous_cell = partition(self.grids, self.size)
        self.to_suppress_last = last_cells
        cells = np.flatnonzero(system.variable[: self.size] >= 0)
        variable_of = system.variable[: self.size]
        subproblem_of = np.full(system.size, len(subproblems))
        np.minimum.at(subproblem_of, variable_of[cells], subproblem_of_cell[cells])
        carries = np.full(system.size, -1)
        carries[variable_of[cells]] = np.maximum(carries[variable_of[cells]], carries_of_cell[cells])
        previous_month = np.full(system.size, -1)
        linked = cells[previous_cell[cells] >= 0]
        previous_month[variable_of[linked]] = np.maximum(variable_of[previous_cell[linked]], -1)
        published_before = self._variables(system, self.previous.known)
        suppress_last = self._variables(system, last_cells) | published_before
        for mask in (suppress_last, published_before):
            mask[levels.index[~levels.is_remainder]] = False
        subproblem_of_row = np.zeros(len(system.remainder) + 1, dtype=np.int64)
        np.maximum.at(subproblem_of_row, system.row_of, subproblem_of[system.term])
        of_remainder = subproblem_of_row[np.where(levels.is_remainder, levels.index, -1)]
        of_variable = subproblem_of[np.where(levels.is_remainder, 0, levels.index)]
        return SolverInput(
            system,
            levels,
            np.where(levels.is_remainder, of_remainder, of_variable),
            subproblems,
            subproblem_of,
            self._cost(system),
            suppress_last,
            carries,
            previous_month,
            published_before,
        )

    def _cost(self, system: LinearSystem) -> Floats:
        """The cost of suppressing each variable: the logarithm of its value times the factor of its row."""
        by_cell = np.concatenate([np.repeat(_cost_factors(grid), len(grid.counts)) for grid in self.grids.values()])
        cells = np.flatnonzero(system.variable[: self.size] >= 0)
        factors = np.ones(system.size)
        np.maximum.at(factors, system.variable[cells], by_cell[cells])
        amounts = self._variables(system, self.is_amount)
        factors[amounts] = np.minimum(factors[amounts], _AMOUNT_FACTOR) / np.maximum(1, system.value[amounts] / 1e6)
        is_costly = self._variables(system, self.previous.costly)
        return (1 + np.log1p(system.value)) * factors * np.where(is_costly, _PUBLISHED_FACTOR, 1.0)

    def _variables(self, system: LinearSystem, cells: Mask) -> Mask:
        """The variables of these cells."""
        variable_of = system.variable[: self.size]
        found = np.zeros(system.size, dtype=bool)
        found[variable_of[(variable_of >= 0) & cells]] = True
        return found

    def amount_problem(self, counts: SolverInput) -> SolverInput:
        """Suppress amounts with their count. A reader may not derive such an amount to within `p_percent`."""
        follows_count = np.zeros(self.size, dtype=bool)
        for grid in self.grids.values():
            cells = grid.span
            suppressed, follows = (mask[cells].reshape(grid.values.shape) for mask in (self.suppressed, follows_count))
            for amount, count in grid.table.constraints.amounts.items():
                column = grid.counts.index(amount)
                follows[:, column] = suppressed[:, grid.counts.index(count)] & (grid.values[:, column] > ABSENT)
        self.suppressed |= follows_count
        variable_of = counts.system.variable[: self.size]
        has_variable = (variable_of >= 0) & follows_count & (self.true_values > 0)
        amounts = np.unique(variable_of[has_variable])
        change = counts.system.value[amounts] * (self.policy.p_percent / 100)
        is_remainder = np.zeros(2 * len(amounts), dtype=bool)
        levels = ProtectionLevels(is_remainder, np.tile(amounts, 2), np.concatenate([-change, change]))
        return self._with_subproblems(counts.system, levels)

    def suppressed_variables(self, system: LinearSystem) -> Mask:
        """The variables with a suppressed cell (then all of their cells are), and those that no table publishes."""
        return self._variables(system, self.suppressed) | ~self._variables(system, self.is_published)

    def suppress(self, system: LinearSystem, suppressed: Mask) -> None:
        """Suppress every cell of the suppressed variables."""
        variable_of = system.variable[: self.size]
        self.suppressed |= (variable_of >= 0) & suppressed[np.maximum(variable_of, 0)] & self.is_published

    def require_protected(self, solver_input: SolverInput, found: SuppressionResult) -> None:
        """Raise ReleaseRefused with the keys of the figures whose protection level is not proven."""
        if len(found.unprotected):
            levels = solver_input.levels[found.unprotected[:_MAX_NAMED]]
            named = dict.fromkeys(
                figure_names.describe_level(
                    self.grids, solver_input.system, int(index), is_remainder=bool(is_remainder)
                )
                for is_remainder, index in zip(levels.is_remainder, levels.index, strict=True)
            )
            number = len(found.unprotected) - len(levels)
            others = f", and {number} more" if number else ""
            raise ReleaseRefused(
                f"no suppression pattern protects {'; '.join(named)}{others}: nothing is released; report it with the "
                "versions in the manifest, or publish these months separately"
            )


def _unit(table: Table, name: str) -> str:
    """The unit of a count; a remainder has the unit of its whole, and an amount has none."""
    if name in table.constraints.amounts:
        return ""
    if name in table.constraints.derived:
        return "person"
    return table.field(name.split(" - ")[0]).unit


def _cost_factors(grid: Grid) -> Floats:
    """The factor on the cost of each row: figures of large regions, which most readers need, cost more."""
    region_columns = [name for name in ("region_code", "province_code") if name in grid.rows.columns]
    if not region_columns:
        return np.ones(grid.rows.height)
    is_total = pl.lit(value=False)
    if grid.table.name == "coverage":
        is_total = (pl.col("geography_level") != "regency") & (pl.col("sex") == "all") & (pl.col("age_band") == "all")
    factors = (
        pl.when(pl.col(region_columns[0]) == "ID")
        .then(_NATION_FACTOR)
        .when(is_total)
        .then(_PROVINCE_FACTOR)
        .otherwise(1.0)
    )
    return grid.rows.select(factors).to_series().to_numpy()


def _exempt_rows(frame: pl.DataFrame, grid: Grid) -> Mask:
    found = np.zeros(grid.rows.height, dtype=bool)
    if grid.table.open_where is not None:
        found[grid.row_of[frame.select(grid.table.open_where.fill_null(value=False)).to_series().to_numpy()]] = True
    return found


def _dominated_rows(frame: pl.DataFrame, grid: Grid, policy: Policy, workers: pl.Expr) -> Mask:
    """Rows in which these workers would disclose one or two employers.

    The largest employer of all is an upper bound for that of some employers.
    """
    largest, second = pl.col("largest_workers"), pl.col("second_workers")
    one = largest * 100 > workers * policy.dominance_percent
    two = (workers - largest - second) * 100 < largest * policy.p_percent
    few = pl.col("enrolled_employers") < policy.min_employers
    found = np.zeros(grid.rows.height, dtype=bool)
    is_dominated = frame.select(((workers > 0) & (one | two | few)).fill_null(value=False)).to_series().to_numpy()
    found[grid.row_of[is_dominated]] = True
    return found
