"""Which figures are withheld beside the small ones, so that none of them can be computed; with the proof of each.

Belongs here: the order in which parts of the system are protected, and what is asked of the solver. Every shift that is
found both hides what it moves and proves what it reaches; a proof stays one, for figures are only ever hidden. Not: the
linear programme (`shifts`), what is small (`policy`), the record of what is proven (`task`).
"""

from collections.abc import Sequence

import numpy as np

from assets.progress import Progress, Silent
from assets.release.disclosure.shifts import Demands, Neighbourhood, Shift, valid
from assets.release.disclosure.system import Mask, Whole
from assets.release.disclosure.task import Proofs, Protected, Task

_HOPELESS = 5  # demands that nothing can meet, after which a part is left
_AT_ONCE = (400, 40, 8)  # demands asked of the solver together
_WORTH = 20  # demands met on the way: while a shift that is followed meets so many, the next is asked for some too


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
        kept: Sequence[Shift] = (),
        *,
        leaves_breakdowns: bool = False,
    ) -> None:
        """Start with what is hidden in any case, and shifts that may prove something: each is checked month by month.

        `leaves_breakdowns`: a breakdown that its own figures and the totals do not protect is left, to be withheld as a whole.
        """
        self.task, self.hidden, self.progress = task, hidden.copy(), progress or Silent()
        self.leaves_breakdowns = leaves_breakdowns
        system = task.system
        self.month_of_part = np.array([part.month for part in task.parts])
        self.month_of = self.month_of_part[task.part_of]
        self.row_month = np.zeros(len(system.left), dtype=np.int64)
        np.maximum.at(self.row_month, system.row_of, self.month_of[system.term])
        self.proofs = Proofs(task, kept)
        self.cost, self.known = task.cost.copy(), np.zeros(len(system.left), dtype=bool)

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
        return self._found(failed)

    def _found(self, failed: list[Whole]) -> Protected:
        none = np.zeros(0, dtype=np.int64)
        shifts = [self.proofs.shifts[number] for number in self.proofs.used()]
        return Protected(self.hidden, shifts, np.concatenate([none, *failed]))

    def _begin(self, month: int) -> None:
        """What the month before hides is cheap; proofs that the rows of this month refute are found again."""
        ours = np.flatnonzero((self.month_of == month) & (self.task.before >= 0))
        self.cost[ours] = np.where(self.hidden[self.task.before[ours]], self.task.cost[ours] / 20, self.task.cost[ours])
        before, self.known = self.known, self.row_month <= month
        refuted = self.proofs.refuted(self.hidden, self.known & ~before, self.known)
        self.proofs.drop(self._followed(refuted, month) if refuted else [])

    def _followed(self, refuted: list[int], month: int) -> list[int]:
        """Let totals of the month follow each shift; those that cannot be followed are lost.

        Months are alike: what moves with a shift meets most demands of the month on the way, so that later months, which
        have to follow it again, have few more to follow.
        """
        own = self._own_totals(month)
        own[self.proofs.moved(refuted)] = False
        near, ours = self._near(own), np.flatnonzero(self._is_of_totals(month)[self.task.part])
        lost, asks = [], True
        for number in refuted:
            shift, unmet = self.proofs.shifts[number], self.proofs.unmet(ours)
            asked = _one_way(self.task.demands, unmet, number)[: _AT_ONCE[0] if asks else 0]
            sums, _ = self.task.system.sums(*shift)
            more = near.shift(self.task.demands[asked], self.cost, self.hidden, forced=False, beside=sums)
            if more is None or not self._goes_on(number, _joined(shift, near, more), unmet):
                lost.append(number)
            else:
                asks = len(unmet) - len(self.proofs.unmet(unmet)) >= _WORTH
        return lost

    def _goes_on(self, number: int, shift: Shift, unmet: Whole) -> bool:
        """Put a longer shift in the place of one, hiding what it moves, if it holds."""
        hidden = self.hidden.copy()
        hidden[shift[0]] = True
        if not valid(self.task.system, hidden, shift, self.known):
            return False
        self.hidden = hidden
        self.proofs.change(number, shift, unmet)
        return True

    def _part(self, number: int, month: int) -> Whole:
        """Meet the demands of a part; those of earlier months that are unmet come with the month's first. What failed.

        What the part alone cannot meet, for its totals are held, is asked for again with the totals of the month moving:
        those that are hidden already, then all, at last with everything that earlier months hide: where nobody came or went,
        a figure is the same since long ago.
        """
        own, inside = self.task.part == number, self.task.part_of == number
        totals, earlier = self._own_totals(month), (self.month_of < month) & self.hidden
        if self.task.parts[number].name == "":
            inside |= totals
            own |= (self.proofs.shown_by < 0) & (self.month_of_part[self.task.part] < month)
        failed = self._met(inside, np.flatnonzero(own))
        for moving in (totals & self.hidden, totals, totals | earlier):
            if len(failed) and (moving & ~inside).any():
                inside = inside | moving
                failed = self._met(inside, self.proofs.unmet(np.flatnonzero(own)))
        if len(failed) and not (self.leaves_breakdowns and self.task.parts[number].is_breakdown):
            self._widely(np.flatnonzero(own), month)
            failed = self.proofs.unmet(np.flatnonzero(own))
        return failed

    def _widely(self, own: Whole, month: int) -> None:
        """Meet the demands by moving figures far from them, which small nations need; what must not be told goes first.

        In turn: all that the month hides; all of the month; with the figures that are told wherever anything else does; all
        months up to it; and what an earlier release told, which only a policy that was made stricter since can ask for.
        At last everything that hangs together with the demands is withheld: see `_everything`.
        """
        ours, until = self.month_of == month, self.month_of <= month
        totals, is_open, told = self._own_totals(month), self.task.open, self.task.told
        for moving in (
            (totals | (until & self.hidden)) & ~is_open,
            ours & ~is_open,
            ours & ~told,
            until & ~told,
            until,
        ):
            unmet = self.proofs.unmet(own)
            if not len(unmet):
                return
            chosen = np.flatnonzero(moving)
            near = Neighbourhood(self.task.system, chosen, self.known, self.unit_of(chosen))
            self._together(near, unmet)
            self._alone(near, unmet)
        self._everything(self.proofs.unmet(own), until)

    def _everything(self, unmet: Whole, until: Mask) -> None:
        """Withhold all that hangs together with these demands, which then are met: no solver is asked.

        The sums hold for zeros alone, and for so many times the true figures: a reader who sees none of them can exclude
        neither.
        """
        if not len(unmet):
            return
        places = self._together_with(self.task.demands[unmet], until)
        value = self.task.system.value[places].astype(np.float64)
        asked = self.task.demands[unmet]
        true = np.where(
            asked.is_left,
            self.task.system.left[np.where(asked.is_left, asked.place, 0)] if len(self.task.system.left) else 0,
            self.task.system.value[np.where(asked.is_left, 0, asked.place)],
        )
        times = float(np.ceil((np.abs(asked.change) / np.maximum(true, 1)).max()))
        for change in (-value, value * times):
            self.proofs.add((places[change != 0], change[change != 0]), unmet)
        self.hidden[places] = True

    def _together_with(self, demands: Demands, until: Mask) -> Whole:
        """The variables that rows link with those of the demands."""
        system, known = self.task.system, self.known[self.task.system.row_of]
        reached, touched = np.zeros(system.size, dtype=bool), np.zeros(len(system.left), dtype=bool)
        reached[demands.place[~demands.is_left]] = True
        touched[demands.place[demands.is_left]] = True
        reached[system.term[touched[system.row_of] & known]] = True
        size = -1
        while size != (size := int(reached.sum())):
            touched[system.row_of[reached[system.term] & known]] = True
            reached[system.term[touched[system.row_of] & known]] = True
        return np.flatnonzero(reached & until)

    def _own_totals(self, month: int) -> Mask:
        """The totals of the month, and what carries them."""
        return np.asarray(self._is_of_totals(month)[self.task.part_of] | (self.task.carries == month))

    def _is_of_totals(self, month: int) -> Mask:
        return np.array([part.name == "" and part.month == month for part in self.task.parts])

    def _near(self, inside: Mask) -> Neighbourhood:
        chosen = np.flatnonzero(inside & ~self.task.open)
        return Neighbourhood(self.task.system, chosen, self.known, self.unit_of(chosen))

    def _met(self, inside: Mask, asked: Whole) -> Whole:
        """Meet the demands by moving what is inside. What failed."""
        near = self._near(inside)
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
                unmet = self.proofs.unmet(of_part)
                if not len(unmet) or idle > min(2, len(unmet) // at_once):  # fewer at once finds more
                    break
                asked = _one_way(self.task.demands, np.roll(unmet, -turn * at_once), turn)[:at_once]
                idle = 0 if self._take(near, asked, of_part, forced=False) else idle + 1
                turn += 1

    def _alone(self, near: Neighbourhood, of_part: Whole) -> Whole:
        failed = []
        for number in of_part:
            if self.proofs.shown_by[number] < 0 and not self._take(near, np.array([number]), of_part, forced=True):
                failed.append(number)
            if len(failed) > _HOPELESS:
                break
        return np.array(failed, dtype=np.int64)

    def _take(self, near: Neighbourhood, asked: Whole, of_part: Whole, *, forced: bool) -> bool:
        """Ask for a shift, hide what it moves and note what it reaches; whether it reached anything."""
        found = near.shift(self.task.demands[asked], self.cost, self.hidden, forced=forced)
        if found is None or not near.holds(found):  # an answer that does not hold proves nothing
            return False
        shift = near.inside[found != 0], found[found != 0]
        if not self.proofs.add(shift, of_part):
            return False
        self.hidden[shift[0]] = True
        return True


def _joined(shift: Shift, near: Neighbourhood, more: np.ndarray) -> Shift:
    """A shift with what moves beside it: of other variables."""
    places = np.concatenate([shift[0], near.inside[more != 0]])
    order = np.argsort(places)
    return places[order], np.concatenate([shift[1], more[more != 0]])[order]


def _one_way(demands: Demands, chosen: Whole, turn: int) -> Whole:
    """Of each figure one direction: up and down alternate from figure to figure, and from turn to turn."""
    up = demands.change[chosen] > 0
    preferred = (demands.place[chosen] + turn) % 2 == 0
    first = np.argsort(up != preferred, kind="stable")
    figures = np.stack([demands.is_left[chosen][first], demands.place[chosen][first]], axis=1)
    _, kept = np.unique(figures, axis=0, return_index=True)
    return chosen[first[np.sort(kept)]]
