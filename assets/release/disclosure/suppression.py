"""Which figures are withheld beside the small ones, so that none of them can be computed; with the proof of each.

Belongs here: the order in which parts of the system are protected, and what is asked of the solver. Every shift that is
found both hides what it moves and proves what it reaches; a proof stays one, for figures are only ever hidden. Not: the
linear programme (`shifts`), what is small (`policy`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assets.progress import Progress, Silent
from assets.release.disclosure.shifts import Demands, Neighbourhood, valid
from assets.release.disclosure.system import Mask, Real, System, Whole

_HOPELESS = 5  # demands that nothing can meet, after which a part is left
_AT_ONCE = (400, 40, 8)  # demands asked of the solver together


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
    """What to protect: demands with the part each belongs to; the part of each variable; costs; what is never hidden.

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


@dataclass(eq=False)
class Protected:
    """What is hidden, the shifts that prove it (variables, by how much), and the demands that could not be met."""

    hidden: Mask
    shifts: list[tuple[Whole, Real]] = field(default_factory=list)
    failed: Whole = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def carried(self, ours: System, theirs: System, size: int) -> list[tuple[Whole, Real]]:
        """The shifts in another system of the same `size` cells, some of which are withheld as a whole there: to be checked."""
        cells = np.flatnonzero(theirs.variable[:size] >= 0)
        of = np.full(theirs.size, -1)
        of[theirs.variable[cells]] = ours.variable[cells]
        found = []
        for places, change in self.shifts:
            whole = np.zeros(ours.size)
            whole[places] = change
            moved = np.where(of >= 0, np.append(whole, 0.0)[of], 0.0)
            found.append((np.flatnonzero(moved), moved[moved != 0]))
        return found


class Protecting:
    """The work on a task, month after month: the figures of a month are hidden without regard to later ones.

    So a month that was released before keeps its pattern. Where a later month tells more of an earlier figure, the proof is
    found again with what the later month hides.
    """

    def __init__(
        self,
        task: Task,
        hidden: Mask,
        progress: Progress | None = None,
        kept: Sequence[tuple[Whole, Real]] = (),
    ) -> None:
        """Start with what is hidden in any case, and shifts that may prove something: each is checked month by month."""
        self.task, self.hidden, self.progress = task, hidden.copy(), progress or Silent()
        system = task.system
        self.month_of = np.array([part.month for part in task.parts])[task.part_of]
        row = np.repeat(np.arange(len(system.left)), np.diff(system.start))
        self.row_month = np.zeros(len(system.left), dtype=np.int64)
        np.maximum.at(self.row_month, row, self.month_of[system.term])
        order = np.argsort(system.term, kind="stable")
        ends = np.cumsum(np.bincount(system.term, minlength=system.size))
        self.rows_of = np.concatenate([[0], ends]), row[order]
        self.shifts = list(kept)
        self.shown_by = np.full(len(task.demands), -1)  # which shift meets each demand
        for number in range(len(kept)):
            reached = task.demands.reached(system, self._whole(number))
            self.shown_by[reached & (self.shown_by < 0)] = number
        self.cost = task.cost.copy()

    def run(self) -> Protected:
        """Protect every part in order; the totals of a month also without demands of their own: it may refute earlier proofs."""
        asked = set(self.task.part)
        wanted = [number for number, part in enumerate(self.task.parts) if part.name == "" or number in asked]
        self.progress.begin("protecting", len(wanted))
        failed = []
        for month in sorted({self.task.parts[number].month for number in wanted}):
            self._begin(month)
            for number in (number for number in wanted if self.task.parts[number].month == month):
                failed.append(self._part(number, month))
                self.progress.advance("protecting")
                if len(failed[-1]) and not self.task.parts[number].is_breakdown:
                    return self._found(failed)
        return self._found(failed)

    def _found(self, failed: list[Whole]) -> Protected:
        used = np.unique(self.shown_by[self.shown_by >= 0])
        none = np.zeros(0, dtype=np.int64)
        return Protected(self.hidden, [self.shifts[number] for number in used], np.concatenate([none, *failed]))

    def _begin(self, month: int) -> None:
        """What the month before hides is cheap; proofs that the rows of this month refute are found again."""
        ours = np.flatnonzero((self.month_of == month) & (self.task.before >= 0))
        self.cost[ours] = np.where(self.hidden[self.task.before[ours]], self.task.cost[ours] / 20, self.task.cost[ours])
        rows = self.row_month <= month
        used = np.unique(self.shown_by[self.shown_by >= 0])
        refuted = [number for number in used if not valid(self.task.system, self.hidden, self._whole(number), rows)]
        refuted = self._extended(refuted, month)
        self.shown_by[np.isin(self.shown_by, refuted)] = -1
        self.refuted = np.zeros(self.task.system.size, dtype=bool)
        for number in refuted:
            self.refuted[self.shifts[number][0]] = True

    def _extended(self, refuted: list[int], month: int) -> list[int]:
        """Let totals of the month follow each shift; those that cannot be followed are refuted."""
        moved = np.zeros(self.task.system.size, dtype=bool)
        for number in refuted:
            moved[self.shifts[number][0]] = True
        chosen = np.flatnonzero((self._own_totals(month) & ~self.task.open) | moved)
        near = Neighbourhood(self.task.system, self.rows_of, chosen, self.row_month <= month, self.unit_of(chosen))
        lost = []
        for number in refuted:
            held = (moved[chosen], self._whole(number)[chosen])
            shift = near.shift(
                self.task.demands[np.zeros(0, dtype=np.int64)], self.cost, self.hidden, forced=True, held=held
            )
            if shift is None or not near.holds(shift):
                lost.append(number)
                continue
            self.hidden[chosen[shift != 0]] = True
            self.shifts[number] = (chosen[shift != 0], shift[shift != 0])
        return lost

    def _whole(self, number: int) -> Real:
        shift = np.zeros(self.task.system.size)
        places, change = self.shifts[number]
        shift[places] = change
        return shift

    def _part(self, number: int, month: int) -> Whole:
        """Meet the demands of a part; those of earlier months that are unmet come with the month's first. What failed.

        What the part alone cannot meet, for its totals are held, is asked for again with the totals of the month moving:
        those that are hidden already, then all, at last with everything that earlier months hide.
        """
        own = self.task.part == number
        inside = self.task.part_of == number
        totals = self._totals(month)
        if self.task.parts[number].name == "":
            inside |= totals
            own |= (self.shown_by < 0) & (np.array([part.month for part in self.task.parts])[self.task.part] < month)
        failed = self._met(inside, np.flatnonzero(own), month)
        before = (self.month_of < month) & self.hidden
        for moving in (totals & self.hidden, totals, totals | before):
            if len(failed) and (moving & ~inside).any():
                failed = self._met(inside | moving, np.flatnonzero(own & (self.shown_by < 0)), month)
        return failed

    def _totals(self, month: int) -> Mask:
        """What moves when totals of the month do: they, what carries them, and what earlier months hide.

        Of those the month before, and what moved in proofs that this month refutes: all would make the work of a month grow
        with the months before it.
        """
        earlier = (self.month_of == month - 1) | ((self.month_of < month) & self.refuted)
        return np.asarray(self._own_totals(month) | (earlier & self.hidden))

    def _own_totals(self, month: int) -> Mask:
        """The totals of the month, and what carries them."""
        names = np.array([part.name == "" and part.month == month for part in self.task.parts])
        return np.asarray(names[self.task.part_of] | (self.task.carries == month))

    def _met(self, inside: Mask, asked: Whole, month: int) -> Whole:
        """Meet the demands by moving what is inside. What failed."""
        chosen = np.flatnonzero(inside & ~self.task.open)
        near = Neighbourhood(self.task.system, self.rows_of, chosen, self.row_month <= month, self.unit_of(chosen))
        self._together(near, asked)
        return self._alone(near, asked)

    def unit_of(self, chosen: Whole) -> float:
        """A power of ten that makes the largest figure one of seven digits; 1 for counts."""
        largest = int(self.task.system.value[chosen].max()) if len(chosen) else 0
        return float(10 ** max(0, len(str(largest)) - 8))

    def _together(self, near: Neighbourhood, of_part: Whole) -> None:
        """Many demands at once, then fewer, as long as that reaches any: one direction of a figure at a time."""
        for at_once in _AT_ONCE:
            idle, turn = 0, 0
            while True:
                unmet = of_part[self.shown_by[of_part] < 0]
                if not len(unmet) or idle > min(2, len(unmet) // at_once):  # fewer at once finds more
                    break
                asked = _one_way(self.task.demands, np.roll(unmet, -turn * at_once), turn)[:at_once]
                idle = 0 if self._take(near, asked, of_part, forced=False) else idle + 1
                turn += 1

    def _alone(self, near: Neighbourhood, of_part: Whole) -> Whole:
        failed = []
        for number in of_part:
            if self.shown_by[number] < 0 and not self._take(near, np.array([number]), of_part, forced=True):
                failed.append(number)
            if len(failed) > _HOPELESS:
                break
        return np.array(failed, dtype=np.int64)

    def _take(self, near: Neighbourhood, asked: Whole, of_part: Whole, *, forced: bool) -> bool:
        """Ask for a shift, hide what it moves and note what it reaches; whether it reached anything."""
        task = self.task
        shift = near.shift(task.demands[asked], self.cost, self.hidden, forced=forced)
        if shift is None or not near.holds(shift):  # an answer that does not hold proves nothing
            return False
        unmet = of_part[self.shown_by[of_part] < 0]
        reached = unmet[near.reached(task.demands[unmet], shift)]
        if not len(reached):
            return False
        moved = shift != 0
        self.shown_by[reached] = len(self.shifts)
        self.hidden[near.inside[moved]] = True
        self.shifts.append((near.inside[moved], shift[moved]))
        return True


def _one_way(demands: Demands, chosen: Whole, turn: int) -> Whole:
    """Of each figure one direction: up and down alternate from figure to figure, and from turn to turn."""
    up = demands.change[chosen] > 0
    preferred = (demands.place[chosen] + turn) % 2 == 0
    first = np.argsort(up != preferred, kind="stable")
    figures = np.stack([demands.is_left[chosen][first], demands.place[chosen][first]], axis=1)
    _, kept = np.unique(figures, axis=0, return_index=True)
    return chosen[first[np.sort(kept)]]
