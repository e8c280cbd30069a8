"""What of a release is withheld: every table and month together, with the proof that nothing withheld can be derived.

Belongs here: from the true tables to the withheld figures of each. Not: emptying them (`protect`), writing the certificate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from assets.progress import Progress
from assets.release.disclosure.policy import Policy
from assets.release.disclosure.relations import Grid
from assets.release.disclosure.suppression import Protecting
from assets.release.disclosure.system import Mask, Whole
from assets.release.disclosure.task import Protected, Task
from assets.release.disclosure.went import gone
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
    went: list[dict[str, str]] = field(default_factory=list)  # what is withheld as a whole, and why

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

    Where withholding single figures of a breakdown does not do, that breakdown is withheld.
    """
    work, counts, found = _with_counts(frames, rule, earlier, progress)
    work.refuse(counts, found)
    work.hide(counts.system, found.hidden)
    amounts = work.task_of_amounts(counts)
    of_amounts = Protecting(amounts, work.hidden_variables(amounts.system), progress).run()
    work.refuse(amounts, of_amounts)
    work.hide(amounts.system, of_amounts.hidden)
    proofs = [(counts, found), (amounts, of_amounts)]
    went = gone(work.grids, work.true, work.hidden, work.last & ~work.small, work.given_up)
    return Plan(
        rule, work.grids, work.small, work.dominated, work.hidden, work.cut, work.true, work.shown, proofs, went
    )


def _with_counts(
    frames: Mapping[str, pl.DataFrame], rule: Policy, earlier: Path | None, progress: Progress | None
) -> tuple[Work, Task, Protected]:
    """All counts protected, without the breakdowns that cannot be; what was proven for the rest is kept."""
    given_up: set[tuple[int, str]] = set()
    work = Work(frames, rule, earlier)
    counts = work.task()
    hidden = work.hidden_variables(counts.system)
    found = Protecting(counts, hidden, progress, leaves_breakdowns=True).run()
    while len(found.failed):
        failing = {counts.parts[number] for number in counts.part[found.failed].tolist()}
        named = {(part.month, part.name) for part in failing}
        is_last = named <= given_up  # what a breakdown leaves behind fails: other figures have to go
        given_up |= named
        work.hide(counts.system, found.hidden)
        withheld, before = work.hidden, counts.system
        work = Work(frames, rule, earlier, given_up)
        work.hidden |= withheld
        counts = work.task()
        kept = found.carried(before, counts.system, work.size)
        hidden = work.hidden_variables(counts.system)
        found = Protecting(counts, hidden, progress, kept, leaves_breakdowns=not is_last).run()
        if is_last:
            break
    return work, counts, found
