"""The input and the result of secondary suppression, and the record of what is proven.

Belongs here: the data that passes between the steps. Not here: where the input comes from (`suppression_problem`,
`subproblems`), and the search (`secondary_suppression`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assets.release.disclosure.alternative_tables import Alternative, ProtectionLevels, full_change, is_valid
from assets.release.disclosure.linear_system import Floats, Ints, LinearSystem, Mask

PUBLISHED_BEFORE, REQUIRED = 999, 1_000  # ranks: known from an earlier release; published, or the release is refused


@dataclass(frozen=True)
class Subproblem:
    """A part of the system that is protected at once, with all others fixed. `month` is a month number."""

    month: int
    name: str

    @property
    def is_breakdown(self) -> bool:
        """Whether it can be suppressed as a whole: a breakdown of `coverage`."""
        return self.name.startswith("coverage by ")


@dataclass(eq=False)
class SolverInput:
    """The protection levels with their subproblems; for each variable its subproblem and the cost of its suppression.

    `fixed_rank`: 0 for variables that may be suppressed. Others are suppressed only if none with a lower rank suffices, and
    those of the rank REQUIRED never. `carries_totals_of`: the month whose totals may change only together with the variable;
    −1: none. `previous_month`: the same figure of the previous month; −1: none. Its suppression lowers the cost of this one.
    """

    system: LinearSystem
    levels: ProtectionLevels
    level_subproblem: Ints
    subproblems: list[Subproblem]
    subproblem_of: Ints
    cost: Floats
    fixed_rank: Ints
    carries_totals_of: Ints
    previous_month: Ints


@dataclass(eq=False)
class SuppressionResult:
    """The suppressed variables, the alternative tables that prove the protection, and the levels without a proof."""

    suppressed: Mask
    alternatives: list[Alternative] = field(default_factory=list)
    unprotected: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def transferred(self, system: LinearSystem, other: LinearSystem, size: int) -> list[Alternative]:
        """The alternative tables for another system of the same cells, in which more breakdowns are suppressed.

        They must be checked there. `size`: the number of cells.
        """
        cells = np.flatnonzero(other.variable[:size] >= 0)
        variable_of = np.full(other.size, -1)
        variable_of[other.variable[cells]] = system.variable[cells]
        found = []
        for alternative in self.alternatives:
            change = np.where(variable_of >= 0, np.append(full_change(system, alternative), 0.0)[variable_of], 0.0)
            found.append((np.flatnonzero(change), change[change != 0]))
        return found


class Proofs:
    """The alternative tables found so far, and which of them reaches each protection level."""

    def __init__(self, problem: SolverInput, candidates: Sequence[Alternative] = ()) -> None:
        """`candidates`: alternative tables of an earlier attempt; each is checked month by month."""
        self.problem, self.alternatives = problem, list(candidates)
        self.proven_by = np.full(len(problem.levels), -1)
        for number, alternative in enumerate(self.alternatives):
            self._record(number, alternative)

    def unproven(self, levels: Ints) -> Ints:
        """Those of the levels that no alternative table reaches."""
        return levels[self.proven_by[levels] < 0]

    def add(self, alternative: Alternative, levels: Ints) -> int:
        """Add a valid alternative table if it reaches unproven levels. Returns how many of these it reaches."""
        proven = self._record(len(self.alternatives), alternative, levels)
        if proven:
            self.alternatives.append(alternative)
        return proven

    def extend(self, number: int, alternative: Alternative, levels: Ints) -> int:
        """Replace an alternative table by a larger one. Returns how many more of the levels it reaches.

        A level of a later month that only the smaller one reaches is unproven again.
        """
        self.alternatives[number] = alternative
        before = np.flatnonzero(self.proven_by == number)
        self.proven_by[before] = -1
        self._record(number, alternative, before)
        return self._record(number, alternative, levels)

    def _record(self, number: int, alternative: Alternative, levels: Ints | None = None) -> int:
        proven = self.unproven(self.problem.levels.reached_by(self.problem.system, alternative))
        proven = proven if levels is None else proven[np.isin(proven, levels)]
        self.proven_by[proven] = number
        return len(proven)

    def used(self) -> Ints:
        """The numbers of the alternative tables that reach a level."""
        return np.unique(self.proven_by[self.proven_by >= 0])

    def refuted(self, suppressed: Mask, new_rows: Mask, known_rows: Mask) -> list[int]:
        """The alternative tables that no longer hold in `known_rows`. Only those in a new row are checked again."""
        system = self.problem.system
        is_affected = np.zeros(system.size, dtype=bool)
        is_affected[system.term[new_rows[system.row_of]]] = True
        candidates = (number for number in self.used() if is_affected[self.alternatives[number][0]].any())
        return [n for n in candidates if not is_valid(system, suppressed, self.alternatives[n], known_rows)]

    def discard(self, numbers: list[int]) -> None:
        """Discard these alternative tables: their levels are unproven again."""
        self.proven_by[np.isin(self.proven_by, numbers)] = -1

    def changed_variables(self, numbers: list[int]) -> Ints:
        """All variables that differ in these alternative tables."""
        return np.unique(
            np.concatenate([np.zeros(0, dtype=np.int64), *(self.alternatives[number][0] for number in numbers)])
        )
