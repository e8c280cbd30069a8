"""How far the numbers of each stream have moved on: those in [low, high) are members, and so many that the stock is exact.

Belongs here: the run of numbers of one stream, by place and month. Does not belong here: who of them is out (`turns`), how the
streams of a nation move together (`movement`), rows (`plan`).
The oldest numbers leave, of each place now more and now fewer, at twice their rate at most; new ones enter at the top until
the calibrated count is there, whoever pauses. The newest numbers of a month are those whom outreach won.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.population.absences import BASE, HERE, cohort_ends, follows_budget, in_state
from simulator.pseudorandom import random_integer

MEMBERS = ("PU", "JAKON", "BPU", "PMI", "subsidised")  # streams of protected persons
PROJECT = 40  # workers of a construction project, who come and go together
_PROJECTS = 10  # so many in a place before a falling count closes whole ones
_LEAVING = {"PU": 12, "BPU": 20, "subsidised": 20, "JAKON": 40, "PMI": 10}  # permille a month, on an average
_LEAVING_PURPOSE = 11


@dataclass
class Windows:
    """Bounds of a stream's numbers, by month and place."""

    stream: str
    seed: int
    low: dict[int, list[int]] = field(default_factory=dict)
    high: dict[int, list[int]] = field(default_factory=dict)
    won: dict[int, list[int]] = field(default_factory=dict)  # how many of the month's entrants outreach won

    def runs(self, month: int, place: int, ends: list[int]) -> list[tuple[int, int, int]]:
        """(last month of entry, first, last number) of the members of the month, cut at these months of entry."""
        found, first = [], self.low[month][place]
        for end in ends:
            last = self.high[end][place]
            if first < last:
                found.append((end, first, last))
                first = last
        return found

    def members(self, month: int, place: int) -> list[tuple[int, int, int, bool]]:
        """(month of entry, first, last number, whether outreach won them) of the members of the month."""
        found = []
        for end, first, last in self.runs(month, place, list(range(min(BASE, month), month + 1))):
            ordinary = max(first, last - self.won[end][place])
            found += [(end, first, ordinary, False), (end, ordinary, last, True)]
        return [run for run in found if run[1] < run[2]]

    def here(self, month: int, place: int, low: int, top: int) -> int:
        """Persons of earlier months who are there in the month, of the numbers [low, top)."""
        found, first = 0, low
        for end in cohort_ends(self.stream, month)[:-1]:
            last = min(self.high[end][place], top)
            if first < last:
                there = in_state(self.stream, month, end, HERE, by_budget=follows_budget(place))
                found += there.count(first, last, place)
                first = last
        return found

    def move_on(self, month: int, persons: list[int], more: list[int]) -> None:
        """Enter the month: some leave, as many enter as are wanted, and `more` besides, in exchange for old ones."""
        self.won[month] = [min(both) for both in zip(more, persons, strict=True)]
        bounds = [self._moved(month, place, wanted, self.won[month][place]) for place, wanted in enumerate(persons)]
        self.low[month] = [low for low, _ in bounds]
        self.high[month] = [high for _, high in bounds]

    def _moved(self, month: int, place: int, wanted: int, more: int) -> tuple[int, int]:
        top = self.high[month - 1][place]
        first = min(self.low[month - 1][place] + self._leaving(month, place, wanted), top)
        staying = self.here(month, place, first, top)
        room = wanted - max(wanted - staying, 0) - more
        low = least(first, top, lambda bound: self.here(month, place, bound, top) <= room) if staying > room else first
        low = self._closed(low, top, wanted)
        return low, top + wanted - (staying if low == first else self.here(month, place, low, top))

    def _leaving(self, month: int, place: int, persons: int) -> int:
        """By none to twice the rate, whole persons or projects: in a small place one leaves now and then."""
        together = PROJECT if self.stream == "JAKON" else 1
        drawn, unit = (
            random_integer(self.seed, month, place, MEMBERS.index(self.stream), _LEAVING_PURPOSE),
            100_000 * together,
        )
        return (persons * _LEAVING[self.stream] * (drawn % 201) + drawn // 201 % unit) // unit * together

    def _closed(self, low: int, top: int, persons: int) -> int:
        """Construction projects leave as a whole, where there are enough of them."""
        whole = self.stream == "JAKON" and persons >= _PROJECTS * PROJECT
        return min(-(-low // PROJECT) * PROJECT, top) if whole else low


def least(low: int, high: int, fits: Callable[[int], bool]) -> int:
    """The least number of [low, high] that fits, where what fits also fits above; `high` is taken to fit."""
    if fits(low):
        return low
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle + 1, high)
    return low
