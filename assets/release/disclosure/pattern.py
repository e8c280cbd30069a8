"""What of a release is withheld: every table and month together, with the proof that nothing withheld can be derived.

Belongs here: from the true tables to the withheld figures of each. Not: emptying them (`protect`), writing the certificate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from assets.progress import Progress
from assets.release.disclosure.information_loss import whole_suppressions
from assets.release.disclosure.linear_relations import Grid
from assets.release.disclosure.linear_system import Ints, Mask
from assets.release.disclosure.policy import Policy
from assets.release.disclosure.secondary_suppression import SecondarySuppression
from assets.release.disclosure.solver_input import SolverInput, SuppressionResult
from assets.release.disclosure.suppression_problem import SuppressionProblem


@dataclass(eq=False)
class SuppressionPattern:
    """The withheld figures and their proof. True values: never log them.

    Cells are those of the grids, in order; `small`, `dominated`: withheld for what they are; `hidden`: withheld at all.
    """

    policy: Policy
    grids: dict[str, Grid]
    small: Mask
    dominated: Mask
    suppressed: Mask
    in_breakdown: Mask  # withheld with a whole breakdown
    true: Ints
    counted: Mask  # cells of counts and amounts that a table has a column for
    proofs: list[tuple[SolverInput, SuppressionResult]] = field(default_factory=list)
    went: list[dict[str, str]] = field(default_factory=list)  # what is withheld as a whole, and why

    def cells(self, table: str, which: Mask) -> dict[str, Mask]:
        """Of each count of the table, a mask as a column over the rows of its frame."""
        grid = self.grids[table]
        size = grid.values.shape
        shaped = which[grid.first : grid.first + grid.values.size].reshape(size)
        return {name: shaped[grid.row_of, place] for place, name in enumerate(grid.counts)}


def find_pattern(
    frames: Mapping[str, pl.DataFrame], policy: Policy, earlier: Path | None = None, progress: Progress | None = None
) -> SuppressionPattern:
    """The plan for the true tables of a release. Raises ReleaseRefused where a table cannot be protected.

    `earlier`: the folder of the release before, of which readers know every figure.

    Where withholding single figures of a breakdown does not do, that breakdown is withheld.
    """
    work, counts, found = _with_counts(frames, policy, earlier, progress)
    work.refuse(counts, found)
    work.hide(counts.system, found.suppressed)
    amounts = work.task_of_amounts(counts)
    of_amounts = SecondarySuppression(amounts, work.hidden_variables(amounts.system), progress).run()
    work.refuse(amounts, of_amounts)
    work.hide(amounts.system, of_amounts.suppressed)
    proofs = [(counts, found), (amounts, of_amounts)]
    went = whole_suppressions(work.grids, work.true, work.suppressed, work.last & ~work.small, work.given_up_breakdowns)
    return SuppressionPattern(
        policy,
        work.grids,
        work.small,
        work.dominated,
        work.suppressed,
        work.in_breakdown,
        work.true,
        work.shown,
        proofs,
        went,
    )


def _with_counts(
    frames: Mapping[str, pl.DataFrame], policy: Policy, earlier: Path | None, progress: Progress | None
) -> tuple[SuppressionProblem, SolverInput, SuppressionResult]:
    """All counts protected, without the breakdowns that cannot be; what was proven for the rest is kept."""
    given_up_breakdowns: set[tuple[int, str]] = set()
    work = SuppressionProblem(frames, policy, earlier)
    counts = work.task()
    suppressed = work.hidden_variables(counts.system)
    found = SecondarySuppression(counts, suppressed, progress, leave_breakdowns=True).run()
    while len(found.unprotected):
        failing = {counts.subproblems[number] for number in counts.level_subproblem[found.unprotected].tolist()}
        named = {(part.month, part.name) for part in failing}
        is_last = named <= given_up_breakdowns  # what a breakdown leaves behind fails: other figures have to go
        given_up_breakdowns |= named
        work.hide(counts.system, found.suppressed)
        withheld, before = work.suppressed, counts.system
        work = SuppressionProblem(frames, policy, earlier, given_up_breakdowns)
        work.suppressed |= withheld
        counts = work.task()
        kept = found.transferred(before, counts.system, work.size)
        suppressed = work.hidden_variables(counts.system)
        found = SecondarySuppression(counts, suppressed, progress, kept, leave_breakdowns=not is_last).run()
        if is_last:
            break
    return work, counts, found
