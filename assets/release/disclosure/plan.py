"""What of a release is withheld: every table and month together, with the proof that nothing withheld can be derived.

Belongs here: from the true tables to the withheld figures of each. Not: emptying them (`protect`), writing the certificate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from assets.progress import Progress
from assets.release.disclosure.breakdowns import EVERYTHING
from assets.release.disclosure.policy import Policy
from assets.release.disclosure.relations import Grid
from assets.release.disclosure.suppression import Protecting
from assets.release.disclosure.system import Mask, Whole
from assets.release.disclosure.task import Protected, Task
from assets.release.disclosure.work import Work


@dataclass(eq=False)
class Plan:
    """The withheld figures and their proof. True values: never log them.

    Cells are those of the grids, in order; `small`, `dominated`: withheld for what they are; `hidden`: withheld at all.
    """

    rule: Policy
    grids: dict[str, Grid]
    small: Mask
    dominated: Mask
    hidden: Mask
    broken_down: Mask  # withheld with a whole breakdown
    true: Whole
    counted: Mask  # cells of counts and amounts that a table has a column for
    proofs: list[tuple[Task, Protected]] = field(default_factory=list)

    def cells(self, table: str, which: Mask) -> dict[str, Mask]:
        """Of each count of the table, a mask as a column over the rows of its frame."""
        ours = self.grids[table]
        size = ours.values.shape
        shaped = which[ours.first : ours.first + ours.values.size].reshape(size)
        return {name: shaped[ours.row_of, place] for place, name in enumerate(ours.counts)}


def planned(
    frames: Mapping[str, pl.DataFrame], rule: Policy, earlier: Path | None = None, progress: Progress | None = None
) -> Plan:
    """The plan for the true tables of a release. Raises ReleaseRefused where a table cannot be protected.

    `earlier`: the folder of the release before, of which readers know every figure.

    Where withholding single figures of a breakdown does not do, that breakdown is withheld; then every one with a small
    figure; then all.
    """
    for sparse_percent in (rule.sparse_percent, 0, EVERYTHING):
        work, counts, found = _with_counts(frames, rule, sparse_percent, earlier, progress)
        if not len(found.failed):
            break
    work.refuse(counts, found)
    work.hide(counts.system, found.hidden)
    amounts = work.task_of_amounts(counts)
    of_amounts = Protecting(amounts, work.hidden_variables(amounts.system), progress).run()
    work.refuse(amounts, of_amounts)
    work.hide(amounts.system, of_amounts.hidden)
    proofs = [(counts, found), (amounts, of_amounts)]
    return Plan(rule, work.grids, work.small, work.dominated, work.hidden, work.cut, work.true, work.shown, proofs)


def _with_counts(
    frames: Mapping[str, pl.DataFrame],
    rule: Policy,
    sparse_percent: int,
    earlier: Path | None,
    progress: Progress | None,
) -> tuple[Work, Task, Protected]:
    """All counts protected, without the breakdowns that cannot be; what was proven for the rest is kept."""
    given_up: set[tuple[int, str]] = set()
    work = Work(frames, rule, sparse_percent, earlier)
    counts = work.task()
    found = Protecting(counts, work.hidden_variables(counts.system), progress).run()
    while len(found.failed):
        failing = {counts.parts[number] for number in counts.part[found.failed].tolist()}
        named = {(part.month, part.name) for part in failing if part.is_breakdown}
        if len(named) < len(failing) or named <= given_up:
            break
        given_up |= named
        work.hide(counts.system, found.hidden)
        hidden, before = work.hidden, counts.system
        work = Work(frames, rule, sparse_percent, earlier, given_up)
        work.hidden |= hidden
        counts = work.task()
        kept = found.carried(before, counts.system, work.size)
        found = Protecting(counts, work.hidden_variables(counts.system), progress, kept).run()
    return work, counts, found
