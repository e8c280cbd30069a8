"""The suppression pattern of a release: the suppressed figures of all tables and months, with the proof of protection.

Belongs here: from the true tables to the pattern. Not here: removing the figures (`primary_suppression`), and the
certificate (`certificate`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from assets.progress import Progress
from assets.release.disclosure.alternative_tables import Alternative
from assets.release.disclosure.grids import Grid
from assets.release.disclosure.information_loss import whole_suppressions
from assets.release.disclosure.kept_proofs import KeptProofs, keep_figures
from assets.release.disclosure.linear_system import Ints, Mask
from assets.release.disclosure.policy import Policy
from assets.release.disclosure.secondary_suppression import SecondarySuppression
from assets.release.disclosure.solver_input import SolverInput, SuppressionResult
from assets.release.disclosure.suppression_problem import SuppressionProblem

_COUNTS, _AMOUNTS = "counts", "amounts"  # the kinds of proof


@dataclass(eq=False)
class SuppressionPattern:
    """The suppressed figures and their proof. True values: never log them.

    Masks are over the cells of all grids, in order. `small` and `dominated`: primary suppressions; `suppressed`: all.
    """

    policy: Policy
    grids: dict[str, Grid]
    small: Mask
    dominated: Mask
    suppressed: Mask
    in_breakdown: Mask  # suppressed with a whole breakdown
    true_values: Ints
    has_column: Mask  # cells that are published in a column or can be derived from one
    proofs: list[tuple[SolverInput, SuppressionResult]] = field(default_factory=list)
    suppressed_wholes: list[dict[str, str]] = field(default_factory=list)  # what is suppressed as a whole, and why
    given_up_breakdowns: tuple[tuple[int, str], ...] = ()

    def masks(self, table: str, mask: Mask) -> dict[str, Mask]:
        """The part of the mask for a table: count → mask over the rows of its frame."""
        grid = self.grids[table]
        shaped = mask[grid.span].reshape(grid.values.shape)
        return {name: shaped[grid.row_of, column] for column, name in enumerate(grid.counts)}

    def kept_proofs(self) -> KeptProofs:
        """The proofs, for the next release."""
        figures = [
            keep_figures(kind, self.grids, self.true_values, problem.system, result.alternatives)
            for kind, (problem, result) in zip((_COUNTS, _AMOUNTS), self.proofs, strict=True)
        ]
        return KeptProofs(self.policy.digest(), self.given_up_breakdowns, pl.concat(figures))


def find_pattern(
    frames: Mapping[str, pl.DataFrame],
    policy: Policy,
    earlier: Path | None = None,
    progress: Progress | None = None,
    kept: KeptProofs | None = None,
) -> SuppressionPattern:
    """The suppression pattern for the true tables of a release. Raises ReleaseRefused if a table cannot be protected.

    `earlier`: the folder of the previous release; readers know all of its figures. A breakdown that cannot be protected by
    suppressing single figures is suppressed as a whole. `kept`: the proofs of the previous release; those that still hold are
    not searched for again.
    """
    problem, counts, counts_result = _protect_counts(frames, policy, earlier, progress, kept)
    problem.require_protected(counts, counts_result)
    problem.suppress(counts.system, counts_result.suppressed)
    amounts = problem.amount_problem(counts)
    suppressed = problem.suppressed_variables(amounts.system)
    candidates = _kept_alternatives(kept, _AMOUNTS, problem, amounts, suppressed)
    amounts_result = SecondarySuppression(amounts, suppressed, progress, candidates).run()
    problem.require_protected(amounts, amounts_result)
    problem.suppress(amounts.system, amounts_result.suppressed)
    problem.require_published()
    proofs = [(counts, counts_result), (amounts, amounts_result)]
    suppressed_wholes = whole_suppressions(
        problem.grids, problem.true_values, problem.suppressed, problem.fixed_rank > 0, problem.given_up_breakdowns
    )
    return SuppressionPattern(
        policy,
        problem.grids,
        problem.small,
        problem.dominated,
        problem.suppressed,
        problem.in_breakdown,
        problem.true_values,
        problem.is_published,
        proofs,
        suppressed_wholes,
        tuple(sorted(problem.given_up_breakdowns)),
    )


def _kept_alternatives(
    kept: KeptProofs | None, kind: str, problem: SuppressionProblem, solver_input: SolverInput, suppressed: Mask
) -> list[Alternative]:
    return kept.alternatives(kind, problem.grids, problem.true_values, solver_input.system, suppressed) if kept else []


def _protect_counts(
    frames: Mapping[str, pl.DataFrame],
    policy: Policy,
    earlier: Path | None,
    progress: Progress | None,
    kept: KeptProofs | None,
) -> tuple[SuppressionProblem, SolverInput, SuppressionResult]:
    """Protect all counts; suppress breakdowns that cannot be protected, and keep the proofs of the rest."""
    given_up_breakdowns: set[tuple[int, str]] = set(kept.given_up_breakdowns if kept else ())
    problem = SuppressionProblem(frames, policy, earlier, given_up_breakdowns)
    counts = problem.count_problem()
    suppressed = problem.suppressed_variables(counts.system)
    candidates = _kept_alternatives(kept, _COUNTS, problem, counts, suppressed)
    counts_result = SecondarySuppression(counts, suppressed, progress, candidates, leave_breakdowns=True).run()
    while len(counts_result.unprotected):
        failing = {counts.subproblems[number] for number in counts.level_subproblem[counts_result.unprotected].tolist()}
        breakdowns = {(subproblem.month, subproblem.name) for subproblem in failing}
        is_last = breakdowns <= given_up_breakdowns  # the breakdown is already suppressed and its totals still fail
        given_up_breakdowns |= breakdowns
        problem.suppress(counts.system, counts_result.suppressed)
        already_suppressed, previous_system = problem.suppressed, counts.system
        problem = SuppressionProblem(frames, policy, earlier, given_up_breakdowns)
        problem.suppressed |= already_suppressed
        counts = problem.count_problem()
        candidates = counts_result.transferred(previous_system, counts.system, problem.size)
        suppressed = problem.suppressed_variables(counts.system)
        counts_result = SecondarySuppression(
            counts, suppressed, progress, candidates, leave_breakdowns=not is_last
        ).run()
        if is_last:
            break
    return problem, counts, counts_result
