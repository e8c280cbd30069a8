"""The range of person numbers that are members of a stratum, by month and regency, so that the stock is exact.

Belongs here: the ranges of one stratum. Not here: which of the members are absent (`absences`), how the strata of a
nation change together (`history`), rows (`month_plan`).
The lowest numbers leave; the rate varies by regency and month between zero and twice the average. New members enter at
the top until the calibrated number of persons is present. The highest numbers of a month were recruited by outreach.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.population.absences import (
    HISTORY_START,
    PRESENT,
    follows_budget,
    last_entry_months,
    residues_in_state,
)
from simulator.pseudorandom import random_integer

MEMBER_STRATA = ("PU", "JAKON", "BPU", "PMI", "subsidised")  # strata of protected persons
PROJECT = 40  # workers of a construction project, who enter and leave together
_PROJECTS = 10  # a regency needs so many projects before a falling count closes whole ones
_LEAVING = {"PU": 12, "BPU": 20, "subsidised": 20, "JAKON": 40, "PMI": 10}  # permille per month, on average
_LEAVING_PURPOSE = 11


@dataclass
class MemberRanges:
    """The members of a stratum are the numbers [low, high) of each month and regency."""

    stratum: str
    seed: int
    low: dict[int, list[int]] = field(default_factory=dict)
    high: dict[int, list[int]] = field(default_factory=dict)
    recruited: dict[int, list[int]] = field(default_factory=dict)  # entrants of the month that outreach recruited

    def entry_ranges(self, month: int, regency: int, entry_months: list[int]) -> list[tuple[int, int, int]]:
        """The members of the month, divided at these entry months: (last month of entry, first number, end)."""
        ranges, first = [], self.low[month][regency]
        for entry_month in entry_months:
            end = self.high[entry_month][regency]
            if first < end:
                ranges.append((entry_month, first, end))
                first = end
        return ranges

    def members(self, month: int, regency: int) -> list[tuple[int, int, int, bool]]:
        """The members of the month: (month of entry, first number, end, whether outreach recruited them)."""
        ranges = []
        entry_months = list(range(min(HISTORY_START, month), month + 1))
        for entry_month, first, end in self.entry_ranges(month, regency, entry_months):
            recruited = max(first, end - self.recruited[entry_month][regency])
            ranges += [(entry_month, first, recruited, False), (entry_month, recruited, end, True)]
        return [found for found in ranges if found[1] < found[2]]

    def count_present(self, month: int, regency: int, first: int, end: int) -> int:
        """The count of the numbers [first, end) that entered before the month and are present in it."""
        total = 0
        for entry_month in last_entry_months(self.stratum, month)[:-1]:
            last = min(self.high[entry_month][regency], end)
            if first < last:
                by_budget = follows_budget(regency)
                present = residues_in_state(self.stratum, month, entry_month, PRESENT, by_budget=by_budget)
                total += present.count(first, last, regency)
                first = last
        return total

    def add_month(self, month: int, persons: list[int], recruited: list[int]) -> None:
        """Add the month with so many persons present in each regency. Recruited persons replace others."""
        self.recruited[month] = [min(pair) for pair in zip(recruited, persons, strict=True)]
        bounds = [self._next_range(month, regency, count) for regency, count in enumerate(persons)]
        self.low[month] = [low for low, _ in bounds]
        self.high[month] = [high for _, high in bounds]

    def _next_range(self, month: int, regency: int, persons: int) -> tuple[int, int]:
        top = self.high[month - 1][regency]
        low = min(self.low[month - 1][regency] + self._leavers(month, regency, persons), top)
        staying = self.count_present(month, regency, low, top)
        room = persons - max(persons - staying, 0) - self.recruited[month][regency]
        if staying > room:
            low = lowest_fitting(low, top, lambda bound: self.count_present(month, regency, bound, top) <= room)
        low = self._whole_projects(low, top, persons)
        return low, top + persons - self.count_present(month, regency, low, top)

    def _leavers(self, month: int, regency: int, persons: int) -> int:
        """Between zero and twice the average, in whole persons or projects; in a small regency one leaves now and then."""
        unit = PROJECT if self.stratum == "JAKON" else 1
        chance = random_integer(self.seed, month, regency, MEMBER_STRATA.index(self.stratum), _LEAVING_PURPOSE)
        part = 100_000 * unit
        return (persons * _LEAVING[self.stratum] * (chance % 201) + chance // 201 % part) // part * unit

    def _whole_projects(self, low: int, top: int, persons: int) -> int:
        """Construction projects leave as a whole where there are enough of them."""
        whole = self.stratum == "JAKON" and persons >= _PROJECTS * PROJECT
        return min(-(-low // PROJECT) * PROJECT, top) if whole else low


def lowest_fitting(low: int, high: int, fits: Callable[[int], bool]) -> int:
    """The lowest number of [low, high] that fits. All higher numbers must fit too; `high` is assumed to fit."""
    if fits(low):
        return low
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle + 1, high)
    return low
