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
from assets.release.disclosure.costs import cost_factors
from assets.release.disclosure.grids import ABSENT, Grid, build_grid, counts_of
from assets.release.disclosure.linear_relations import Equations, add_relations
from assets.release.disclosure.linear_system import Floats, Ints, LinearSystem, Mask, build_system, unbalanced
from assets.release.disclosure.policy import Policy
from assets.release.disclosure.previous_release import compare_with_previous
from assets.release.disclosure.primary_suppression import primary_suppressed
from assets.release.disclosure.publication_rules import Figures
from assets.release.disclosure.sensitive_rows import dominated_rows, exempt_rows, unit_of
from assets.release.disclosure.solver_input import PUBLISHED_BEFORE, REQUIRED, SolverInput, SuppressionResult
from assets.release.disclosure.subproblems import partition
from schemas.summaries import SUMMARIES
from schemas.summaries.enterprises import COMPARED

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
        self.fixed_rank = self._fixed_ranks()
        self.previous = compare_with_previous(grids, frames, size, earlier)
        self.suppressed |= self.previous.suppressed
        self.in_breakdown = np.zeros(size, dtype=bool)
        coverage = grids["coverage"]
        sparse = sparse_breakdowns(coverage, policy, given_up_breakdowns)
        self.in_breakdown[coverage.span] = sparse.ravel()
        self.suppressed |= self.in_breakdown & (self.true_values > -1)

    def _mark_primary(self, grid: Grid) -> None:
        """Mark the primary suppressions of a table, and the threshold from which each count may be published."""
        frame = self.frames[grid.table.name]
        cells = grid.span
        units = [unit_of(grid.table, name) for name in grid.counts]
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
        exempt = exempt_rows(frame, grid)
        small = (grid.values > 0) & (grid.values < thresholds) & ~exempt[:, None]
        self.small[cells] = small.ravel()
        dominated = self.dominated[cells].reshape(grid.values.shape)
        if grid.table.name == "coverage_enterprise":
            workers = pl.col("protected_workers")
            compared = frame.select(grid.table.constraints.derived[COMPARED]).to_series()
            dominated[:, grid.counts.index("protected_workers")] = dominated_rows(frame, grid, self.policy, workers)
            dominated[:, grid.counts.index(COMPARED)] = dominated_rows(frame, grid, self.policy, pl.lit(compared))
        primary = (suppressed | small | dominated) & (grid.values > -1)
        self.suppressed[cells] = primary.ravel() & self.is_published[cells]

    def _fixed_ranks(self) -> Ints:
        """The rank of each cell among the figures that the policy always publishes, 0 for others and for primary ones.

        The first rule of the policy has the highest rank. A later rule does not hold beside a sensitive figure of another
        segment, which needs one of its figures anyhow. Raises ReleaseRefused if a required figure is sensitive itself.
        """
        rank = np.zeros(self.size, dtype=np.int64)
        for number, rule in enumerate(reversed(self.policy.always_published), 1):
            for figures in rule.figures:
                grid = self.grids[figures.table]
                selected = grid.selected(figures)
                if not rule.required and number < len(self.policy.always_published):
                    selected &= ~self._beside_sensitive_segments(grid)
                rank[grid.span][selected] = REQUIRED if rule.required else number
                sensitive = np.flatnonzero(selected & self.suppressed[grid.span])
                if rule.required and len(sensitive):
                    row, count = divmod(int(sensitive[0]), len(grid.counts))
                    raise ReleaseRefused(
                        f"the policy requires '{rule.name}', but {grid.cell_name(row, grid.counts[count])} is below the "
                        f"threshold, or one employer dominates it, and so are {len(sensitive) - 1} more: aggregate its "
                        "category with another one, or remove `required` from the rule"
                    )
        rank[self.suppressed] = 0
        return rank

    def _beside_sensitive_segments(self, grid: Grid) -> Mask:
        """The cells of segments with a sensitive figure of the same count in a row that differs only in its segment."""
        line = [name for name in grid.rows.columns if name not in ("segment", "_row")]
        number = grid.rows.select(pl.struct(line).rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
        sensitive = self.suppressed[grid.span].reshape(grid.values.shape)
        of_line = np.zeros((int(number.max(initial=-1)) + 1, len(grid.counts)), dtype=bool)
        np.logical_or.at(of_line, number, sensitive)
        is_part = (grid.rows["segment"] != "all").to_numpy()
        return np.asarray(of_line[number] & is_part[:, None]).ravel()

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
            & ~self._is_not_personal(system)
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

    def _is_not_personal(self, system: LinearSystem) -> Mask:
        """The rows whose remainder the policy does not count as an attribute of a person.

        All cells of the part must be named by the policy: another part that must be equal is protected.
        """
        is_part = np.zeros(self.size, dtype=bool)
        for exception in self.policy.not_personal:
            grid = self.grids[exception.table]
            is_part[grid.span] |= grid.selected(Figures(exception.table, {exception.column: exception.parts}))
        is_named = self._variables(system, is_part) & ~self._variables(system, ~is_part)
        is_row = np.zeros(len(system.remainder), dtype=bool)
        is_row[system.row_of[(system.coefficient < 0) & is_named[system.term]]] = True
        return is_row & (system.remainder_cell >= self.size)  # not the remainder of two counts of one row

    def _with_subproblems(self, system: LinearSystem, levels: ProtectionLevels) -> SolverInput:
        """Add to the levels the subproblem, the cost and the order of suppression of each variable."""
        subproblems, subproblem_of_cell, carries_of_cell, previous_cell = partition(self.grids, self.size)
        cells = np.flatnonzero(system.variable[: self.size] >= 0)
        variable_of = system.variable[: self.size]
        subproblem_of = np.full(system.size, len(subproblems))
        np.minimum.at(subproblem_of, variable_of[cells], subproblem_of_cell[cells])
        carries = np.full(system.size, -1)
        carries[variable_of[cells]] = np.maximum(carries[variable_of[cells]], carries_of_cell[cells])
        previous_month = np.full(system.size, -1)
        linked = cells[previous_cell[cells] >= 0]
        previous_month[variable_of[linked]] = np.maximum(variable_of[previous_cell[linked]], -1)
        fixed_rank = np.zeros(system.size, dtype=np.int64)
        np.maximum.at(fixed_rank, variable_of[cells], self.fixed_rank[cells])
        is_known = self._variables(system, self.previous.known)
        fixed_rank[is_known] = np.maximum(fixed_rank[is_known], PUBLISHED_BEFORE)
        fixed_rank[levels.index[~levels.is_remainder]] = 0
        fixed_rank[self._variables(system, self.suppressed)] = 0
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
            fixed_rank,
            carries,
            previous_month,
        )

    def _cost(self, system: LinearSystem) -> Floats:
        """The cost of suppressing each variable: the logarithm of its value times the factors of its row and its count."""
        by_cell = np.concatenate([cost_factors(grid) for grid in self.grids.values()])
        cells = np.flatnonzero(system.variable[: self.size] >= 0)
        factors = np.ones(system.size)
        np.maximum.at(factors, system.variable[cells], by_cell[cells])
        amounts = self._variables(system, self.is_amount)
        is_fixed = self._variables(system, self.fixed_rank > 0)
        scale = np.where(is_fixed, 1.0, np.maximum(1, system.value / 1e6))
        factors[amounts] = np.minimum(factors[amounts], _AMOUNT_FACTOR) / scale[amounts]
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

    def require_published(self) -> None:
        """Raise ReleaseRefused if a figure that the policy requires is suppressed."""
        lost = np.flatnonzero((self.fixed_rank == REQUIRED) & self.suppressed & (self.true_values > 0))
        if len(lost):
            raise ReleaseRefused(
                f"the policy requires {figure_names.figure_name(self.grids, int(lost[0]))} and {len(lost) - 1} more figures that "
                "disclose a small count: aggregate their category with another one, or remove `required` from the rule"
            )

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
            advice = "report it with the versions in the manifest, or publish these months separately"
            if (self.fixed_rank == REQUIRED).any():
                advice = (
                    "the policy requires figures that disclose them: aggregate their category with another one, or remove "
                    "`required` from the rule"
                )
            raise ReleaseRefused(
                f"no suppression pattern protects {'; '.join(named)}{others}: nothing is released; {advice}"
            )
