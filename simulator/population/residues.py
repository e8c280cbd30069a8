"""Sets of residues: which of consecutively numbered persons something happens to, counted without listing them.

Belongs here: the sets and the counting. Not here: what happens to whom (`absences`).
A person's residue is the number plus an offset of the regency, modulo a number. What happens in a month depends on the
residue and the month of entry alone, so that the persons of any range of numbers are counted by division.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

PHASE_STEP = 37


@dataclass(frozen=True, eq=False)
class Class:
    """Turns of a period; `below`: how many of them are less than 0, 1, 2, … the period. Equal only to itself."""

    period: int
    turns: tuple[int, ...]
    below: tuple[int, ...]

    def rank(self, number: int, place: int) -> int:
        """How many lesser numbers of the place belong to the class, counted from turn 0."""
        rounds, turn = divmod(number + phase(place, self.period), self.period)
        return rounds * self.below[-1] + self.below[turn]

    def count(self, first: int, last: int, place: int) -> int:
        """How many numbers of the run belong to the class."""
        return self.rank(last, place) - self.rank(first, place) if first < last else 0


def phase(place: int, period: int) -> int:
    """What is added to a number to give the turn."""
    return place * PHASE_STEP % period


def class_of(period: int, turns: Iterable[int]) -> Class:
    """The class of these turns."""
    chosen = tuple(sorted(set(turns)))
    member = set(chosen)
    return Class(period, chosen, tuple(accumulate((turn in member for turn in range(period)), initial=0)))


@cache
def both(one: Class, other: Class) -> Class:
    """The turns of both classes."""
    return class_of(one.period, set(one.turns) & set(other.turns))
