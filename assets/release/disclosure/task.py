"""What is to be protected, in which parts, and what came of it.

Belongs here: the shapes that pass between the steps. Not: where they come from (`work`, `parts`), the search (`suppression`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assets.release.disclosure.shifts import Demands, Shift, valid, whole
from assets.release.disclosure.system import Mask, Real, System, Whole


@dataclass(frozen=True)
class Part:
    """A part of the system that is protected at once, the others held: its month (a number) and its name."""

    month: int
    name: str

    @property
    def is_breakdown(self) -> bool:
        """Whether all of it can be withheld as a whole: a breakdown of `coverage`."""
        return self.name.startswith("coverage by ")


@dataclass(eq=False)
class Task:
    """What to protect: demands with the part each belongs to; the part of each variable; costs; what is hidden last.

    `open`: shown as long as anything else protects; of them `told`: known to readers of an earlier release.
    `carries`: the month for whose first part a variable may move along, so that a total can; −1: for none.
    `before`: the variable that tells the same of the month before, −1: none; what is hidden there is cheap to hide here.
    """

    system: System
    demands: Demands
    part: Whole
    parts: list[Part]
    part_of: Whole
    cost: Real
    open: Mask
    carries: Whole
    before: Whole
    told: Mask


@dataclass(eq=False)
class Protected:
    """What is hidden, the shifts that prove it, and the demands that could not be met."""

    hidden: Mask
    shifts: list[Shift] = field(default_factory=list)
    failed: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def carried(self, ours: System, theirs: System, size: int) -> list[Shift]:
        """The shifts in another system of the same `size` cells, some of which are withheld as a whole there: to be checked."""
        cells = np.flatnonzero(theirs.variable[:size] >= 0)
        of = np.full(theirs.size, -1)
        of[theirs.variable[cells]] = ours.variable[cells]
        found = []
        for shift in self.shifts:
            moved = np.where(of >= 0, np.append(whole(ours, shift), 0.0)[of], 0.0)
            found.append((np.flatnonzero(moved), moved[moved != 0]))
        return found


class Proofs:
    """The shifts found so far, and which of them meets each demand."""

    def __init__(self, task: Task, kept: Sequence[Shift] = ()) -> None:
        """`kept`: shifts that may prove something: each is checked month by month."""
        self.task, self.shifts = task, list(kept)
        self.shown_by = np.full(len(task.demands), -1)
        for number, shift in enumerate(self.shifts):
            self._meets(number, shift, np.arange(len(task.demands)))

    def unmet(self, asked: Whole) -> Whole:
        """Which of these demands no shift meets."""
        return asked[self.shown_by[asked] < 0]

    def add(self, shift: Shift, asked: Whole) -> int:
        """A shift that holds; how many unmet demands of these it meets. One that meets none is not kept."""
        met = self._meets(len(self.shifts), shift, asked)
        if met:
            self.shifts.append(shift)
        return met

    def change(self, number: int, shift: Shift, asked: Whole) -> int:
        """A shift goes on with this one, which meets all that it met; how many unmet demands of these it meets besides."""
        self.shifts[number] = shift
        return self._meets(number, shift, asked)

    def _meets(self, number: int, shift: Shift, asked: Whole) -> int:
        unmet = self.unmet(asked)
        met = unmet[self.task.demands[unmet].reached(self.task.system, shift)]
        self.shown_by[met] = number
        return len(met)

    def used(self) -> Whole:
        """The numbers of the shifts that meet something."""
        return np.unique(self.shown_by[self.shown_by >= 0])

    def refuted(self, hidden: Mask, new: Mask, known: Mask) -> list[int]:
        """Those that do not hold in the `known` rows any more, now that some of them are `new`; all held in the others."""
        touched = np.zeros(self.task.system.size, dtype=bool)
        touched[self.task.system.term[new[self.task.system.row_of]]] = True
        asked = (number for number in self.used() if touched[self.shifts[number][0]].any())
        return [number for number in asked if not valid(self.task.system, hidden, self.shifts[number], known)]

    def drop(self, numbers: list[int]) -> None:
        """What these met is unmet again."""
        self.shown_by[np.isin(self.shown_by, numbers)] = -1

    def moved(self, numbers: list[int]) -> Whole:
        """All the variables that these move."""
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(self.shifts[number][0] for number in numbers)]))
