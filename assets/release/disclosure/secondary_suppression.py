"""Secondary suppression: which further figures are suppressed so that no sensitive one can be derived, with the proof.

Belongs here: the order in which subproblems are protected, and the attempts for each. An alternative table suppresses the
figures that differ in it and proves the levels that it reaches. Its proof remains valid, because figures are never shown
again. Not here: the linear problem (`alternative_tables`), primary suppression (`primary_suppression`), the record of
proofs (`solver_input`).
"""

from collections.abc import Sequence

import numpy as np

from assets.progress import Progress, Silent
from assets.release.disclosure.alternative_tables import Alternative, LocalProblem, ProtectionLevels, is_valid
from assets.release.disclosure.linear_system import Ints, Mask
from assets.release.disclosure.solver_input import PUBLISHED_BEFORE, REQUIRED, Proofs, SolverInput, SuppressionResult

_MAX_FAILURES = 5  # failed protection levels, after which a subproblem is given up
_BATCH_SIZES = (400, 40, 8)  # protection levels per call of the solver
_WORTHWHILE = 20  # while an extension proves this many further levels, the next one is asked for some too


class SecondarySuppression:
    """Protects the months in order: the pattern of a month does not depend on later months.

    A month that was released before therefore keeps its pattern. If a later month discloses more about an earlier figure,
    the proof is extended by figures that are suppressed in the later month.
    """

    def __init__(
        self,
        problem: SolverInput,
        suppressed: Mask,
        progress: Progress | None = None,
        candidates: Sequence[Alternative] = (),
        *,
        leave_breakdowns: bool = False,
    ) -> None:
        """`suppressed`: the primary suppressions. `candidates`: alternative tables of an earlier attempt.

        `leave_breakdowns`: stop at a breakdown that its own figures and the totals cannot protect; the caller suppresses it
        as a whole.
        """
        self.problem, self.suppressed, self.progress = problem, suppressed.copy(), progress or Silent()
        self.leave_breakdowns = leave_breakdowns
        system = problem.system
        self.month_of_subproblem = np.array([subproblem.month for subproblem in problem.subproblems])
        self.month_of = self.month_of_subproblem[problem.subproblem_of]
        self.row_month = np.zeros(len(system.remainder), dtype=np.int64)
        np.maximum.at(self.row_month, system.row_of, self.month_of[system.term])
        self.proofs = Proofs(problem, candidates)
        self.cost, self.known_rows = problem.cost.copy(), np.zeros(len(system.remainder), dtype=bool)

    def run(self) -> SuppressionResult:
        """Protect every subproblem in order. The totals of a month come also without levels: they may refute earlier proofs."""
        with_levels = set(self.problem.level_subproblem)
        named = enumerate(self.problem.subproblems)
        wanted = [number for number, subproblem in named if subproblem.name == "" or number in with_levels]
        self.progress.begin("protecting", len(wanted))
        failed = []
        for month in sorted({self.problem.subproblems[number].month for number in wanted}):
            self._begin_month(month)
            for number in (number for number in wanted if self.problem.subproblems[number].month == month):
                failed.append(self._protect(number, month))
                self.progress.advance("protecting")
        return self._result(failed)

    def _result(self, failed: list[Ints]) -> SuppressionResult:
        none = np.zeros(0, dtype=np.int64)
        alternatives = [self.proofs.alternatives[number] for number in self.proofs.used()]
        return SuppressionResult(self.suppressed, alternatives, np.concatenate([none, *failed]))

    def _begin_month(self, month: int) -> None:
        """Lower the cost of figures that the previous month suppresses; extend the proofs that this month refutes."""
        own = np.flatnonzero((self.month_of == month) & (self.problem.previous_month >= 0))
        self.cost[own] = np.where(
            self.suppressed[self.problem.previous_month[own]], self.problem.cost[own] / 20, self.problem.cost[own]
        )
        before, self.known_rows = self.known_rows, self.row_month <= month
        refuted = self.proofs.refuted(self.suppressed, self.known_rows & ~before, self.known_rows)
        self.proofs.discard(self._extend_refuted(refuted, month) if refuted else [])

    def _extend_refuted(self, refuted: list[int], month: int) -> list[int]:
        """Extend each refuted alternative table by totals of the month. Returns those that cannot be extended.

        Months are alike, so an extension also reaches most levels of the month itself. Later months then have few other
        alternative tables to extend.
        """
        own = self._totals_and_carriers(month)
        own[self.proofs.changed_variables(refuted)] = False
        local = self._local_problem(own)
        levels_of_totals = np.flatnonzero(self._is_totals_subproblem(month)[self.problem.level_subproblem])
        discarded, is_worthwhile = [], True
        for number in refuted:
            alternative, unproven = self.proofs.alternatives[number], self.proofs.unproven(levels_of_totals)
            asked = _one_direction(self.problem.levels, unproven, number)[: _BATCH_SIZES[0] if is_worthwhile else 0]
            sums = np.zeros(len(self.problem.system.remainder))
            changed, of_row, _ = self.problem.system.sums(*alternative)
            sums[changed] = of_row
            extension = local.find_alternative(
                self.problem.levels[asked], self.cost, self.suppressed, forced=False, row_offsets=sums
            )
            if extension is None or not self._replace(number, _combine(alternative, local, extension), unproven):
                discarded.append(number)
            else:
                is_worthwhile = len(unproven) - len(self.proofs.unproven(unproven)) >= _WORTHWHILE
        return discarded

    def _replace(self, number: int, alternative: Alternative, unproven: Ints) -> bool:
        """Replace an alternative table by its extension and suppress what differs in it, if it is valid."""
        suppressed = self.suppressed.copy()
        suppressed[alternative[0]] = True
        if not is_valid(self.problem.system, suppressed, alternative, self.known_rows):
            return False
        self.suppressed = suppressed
        self.proofs.extend(number, alternative, unproven)
        return True

    def _protect(self, number: int, month: int) -> Ints:
        """Prove the levels of a subproblem; the month's first one includes unproven levels of earlier months. Returns failures.

        Totals are fixed at first. Failed levels are tried again with variable totals of the month: the suppressed ones, then
        all, then also everything that earlier months suppress, for a figure that has not changed for many months.
        """
        own, may_change = self.problem.level_subproblem == number, self.problem.subproblem_of == number
        if self.problem.subproblems[number].name == "":
            may_change |= self._totals_and_carriers(month)
            own |= (self.proofs.proven_by < 0) & (self.month_of_subproblem[self.problem.level_subproblem] < month)
        if not len(self.proofs.unproven(np.flatnonzero(own))):
            return np.zeros(0, dtype=np.int64)
        totals, earlier = self._totals_and_carriers(month), (self.month_of < month) & self.suppressed
        failed = self._reach(may_change, np.flatnonzero(own))
        reached = self._connected(self.problem.levels[own], may_change)
        for added in (totals & self.suppressed, totals, totals | earlier):
            if not len(failed):
                break
            unproven = self.proofs.unproven(np.flatnonzero(own))
            may_change = self._connected(self.problem.levels[unproven], may_change | added)
            if (may_change & ~reached).any():
                reached = reached | may_change
                failed = self._reach(may_change, unproven)
        if len(failed) and not (self.leave_breakdowns and self.problem.subproblems[number].is_breakdown):
            self._protect_widely(np.flatnonzero(own), month)
            failed = self.proofs.unproven(np.flatnonzero(own))
        return failed

    def _protect_widely(self, to_prove: Ints, month: int) -> None:
        """Prove the levels with figures far away from them, and with figures that are fixed otherwise.

        The attempts: all that is suppressed; all of the month; also fixed figures, rank by rank; all months up to this one.
        Finally all figures that are connected with the levels are suppressed: see `_suppress_connected`.
        """
        of_month, until_month = self.month_of == month, self.month_of <= month
        rank = self.problem.fixed_rank
        never_published = [of_month & (rank <= most) for most in np.unique(rank) if most < PUBLISHED_BEFORE]
        attempts = [
            (self._totals_and_carriers(month) | (until_month & self.suppressed)) & (rank == 0),
            *never_published,
        ]
        tried = np.zeros(0, dtype=np.int64)
        for allowed in (*attempts, until_month & (rank < PUBLISHED_BEFORE), until_month & (rank < REQUIRED)):
            unproven = self.proofs.unproven(to_prove)
            if not len(unproven):
                return
            chosen = np.flatnonzero(self._connected(self.problem.levels[unproven], allowed))
            if np.array_equal(chosen, tried):
                continue
            tried = chosen
            local = LocalProblem(self.problem.system, chosen, self.known_rows, self.unit_of(chosen))
            self._reach_together(local, unproven)
            self._reach_singly(local, unproven)
        self._suppress_connected(self.proofs.unproven(to_prove), until_month)

    def _suppress_connected(self, unproven: Ints, until_month: Mask) -> None:
        """Suppress all figures that are connected with these levels. This proves the levels without the solver.

        All sums hold if every figure is zero, and if every figure is a multiple of the true one. A reader who sees none of
        the figures can exclude neither.
        """
        if not len(unproven):
            return
        levels = self.problem.levels[unproven]
        variables = np.flatnonzero(self._connected(levels, until_month))
        if (self.problem.fixed_rank[variables] == REQUIRED).any():
            return
        value = self.problem.system.value[variables].astype(np.float64)
        factor = float(np.ceil((np.abs(levels.change) / np.maximum(self._true_values(levels), 1)).max()))
        for change in (-value, value * factor):
            self.proofs.add((variables[change != 0], change[change != 0]), unproven)
        self.suppressed[variables] = True

    def _true_values(self, levels: ProtectionLevels) -> Ints:
        """The true value of the figure of each level."""
        system, is_remainder = self.problem.system, levels.is_remainder
        remainders = np.append(system.remainder, 0)[np.where(is_remainder, levels.index, -1)]
        return np.where(is_remainder, remainders, system.value[np.where(is_remainder, 0, levels.index)])

    def _connected(self, levels: ProtectionLevels, allowed: Mask) -> Mask:
        """The allowed variables that rows connect with the figures of the levels, over allowed variables only."""
        variables, rows = levels.index[~levels.is_remainder], levels.index[levels.is_remainder]
        return self.problem.system.connected(variables, rows, allowed, self.known_rows)

    def _totals_and_carriers(self, month: int) -> Mask:
        """The totals of the month, and the variables that carry them."""
        return np.asarray(
            self._is_totals_subproblem(month)[self.problem.subproblem_of] | (self.problem.carries_totals_of == month)
        )

    def _is_totals_subproblem(self, month: int) -> Mask:
        subproblems = self.problem.subproblems
        return np.array([subproblem.name == "" and subproblem.month == month for subproblem in subproblems])

    def _local_problem(self, may_change: Mask) -> LocalProblem:
        chosen = np.flatnonzero(may_change & (self.problem.fixed_rank == 0))
        return LocalProblem(self.problem.system, chosen, self.known_rows, self.unit_of(chosen))

    def _reach(self, may_change: Mask, asked: Ints) -> Ints:
        """Prove the levels with changes of these variables. Returns the levels that failed."""
        local = self._local_problem(may_change)
        self._reach_together(local, asked)
        return self._reach_singly(local, asked)

    def unit_of(self, chosen: Ints) -> float:
        """A power of ten that gives the largest figure at most eight digits; 1 for counts."""
        largest = int(self.problem.system.value[chosen].max()) if len(chosen) else 0
        return float(10 ** max(0, len(str(largest)) - 8))

    def _reach_together(self, local: LocalProblem, of_subproblem: Ints) -> None:
        """Prove many levels per call, then fewer, while that proves any; one direction of a figure per call."""
        for at_once in _BATCH_SIZES:
            failures, turn = 0, 0
            while True:
                unproven = self.proofs.unproven(of_subproblem)
                if not len(unproven) or failures > min(2, len(unproven) // at_once):  # a smaller batch finds more
                    break
                asked = _one_direction(self.problem.levels, np.roll(unproven, -turn * at_once), turn)[:at_once]
                failures = 0 if self._try(local, asked, of_subproblem, forced=False) else failures + 1
                turn += 1

    def _reach_singly(self, local: LocalProblem, of_subproblem: Ints) -> Ints:
        failed: list[int] = []
        for number in of_subproblem:
            is_proven = self.proofs.proven_by[number] >= 0
            if not is_proven and not self._try(local, np.array([number]), of_subproblem, forced=True):
                failed.append(number)
            if len(failed) > _MAX_FAILURES:
                break
        return np.array(failed, dtype=np.int64)

    def _try(self, local: LocalProblem, asked: Ints, of_subproblem: Ints, *, forced: bool) -> bool:
        """Find an alternative table, suppress what differs in it, and record it. Returns whether it proves any level."""
        found = local.find_alternative(self.problem.levels[asked], self.cost, self.suppressed, forced=forced)
        if found is None or not local.is_feasible(found):  # rounding of the solver: an infeasible answer proves nothing
            return False
        alternative = local.variables[found != 0], found[found != 0]
        if not self.proofs.add(alternative, of_subproblem):
            return False
        self.suppressed[alternative[0]] = True
        return True


def _combine(alternative: Alternative, local: LocalProblem, extension: np.ndarray) -> Alternative:
    """The alternative table with its extension, which differs in other variables."""
    variables = np.concatenate([alternative[0], local.variables[extension != 0]])
    order = np.argsort(variables)
    return variables[order], np.concatenate([alternative[1], extension[extension != 0]])[order]


def _one_direction(levels: ProtectionLevels, chosen: Ints, turn: int) -> Ints:
    """One direction for each figure. Up and down alternate between figures and between turns."""
    up = levels.change[chosen] > 0
    is_preferred = (levels.index[chosen] + turn) % 2 == 0
    first = np.argsort(up != is_preferred, kind="stable")
    figures = np.stack([levels.is_remainder[chosen][first], levels.index[chosen][first]], axis=1)
    _, first_of_figure = np.unique(figures, axis=0, return_index=True)
    return chosen[first[np.sort(first_of_figure)]]
