"""How far the numbers of each stream have moved on: those in [low, high) are members, and so many that the stock is exact.

Belongs here: the run of numbers by place and month. Does not belong here: who of them is out (`turns`), rows (`plan`).
The oldest numbers leave at a monthly rate, new ones enter at the top until the calibrated count is there, whoever pauses.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from pipelines.simulator import campaigns
from pipelines.simulator.calibration import by_place, national
from pipelines.simulator.draws import apportion
from pipelines.simulator.turns import BASE, HERE, cohort_ends, continuing, follows_budget, in_state

SUBSIDISED_PERCENT = 30  # 2.97 of 9.9 million (Ombudsman, December 2024)
MEMBERS = ("PU", "JAKON", "BPU", "PMI", "subsidised")  # streams of protected persons
PROJECT = 40  # workers of a construction project, who come and go together
_PROJECTS = 10  # so many in a place before a falling count closes whole ones
_LEAVING = {"PU": 12, "BPU": 20, "subsidised": 20, "JAKON": 40, "PMI": 10}  # permille a month
_CONTINUING_MONTHS = 12  # a wage earner who left stays an own-account member so long


@dataclass
class Windows:
    """Bounds of a stream's numbers, by month and place."""

    stream: str
    low: dict[int, list[int]] = field(default_factory=dict)
    high: dict[int, list[int]] = field(default_factory=dict)

    def runs(self, month: int, place: int, ends: list[int]) -> list[tuple[int, int, int]]:
        """(last month of entry, first, last number) of the members of the month, cut at these months of entry."""
        found, first = [], self.low[month][place]
        for end in ends:
            last = self.high[end][place]
            if first < last:
                found.append((end, first, last))
                first = last
        return found

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
        bounds = [self._moved(month, place, wanted, min(more[place], wanted)) for place, wanted in enumerate(persons)]
        self.low[month] = [low for low, _ in bounds]
        self.high[month] = [high for _, high in bounds]

    def _moved(self, month: int, place: int, wanted: int, more: int) -> tuple[int, int]:
        top = self.high[month - 1][place]
        leaving = _leaving(self.stream, month, place, wanted)
        low = min(self.low[month - 1][place] + leaving, top)
        entering = max(wanted - self.here(month, place, low, top), 0) + more
        low = least(low, top, lambda bound: self.here(month, place, bound, top) <= wanted - entering)
        low = self._closed(low, top, wanted)
        return low, top + wanted - self.here(month, place, low, top)

    def _closed(self, low: int, top: int, persons: int) -> int:
        """Construction projects leave as a whole, where there are enough of them."""
        whole = self.stream == "JAKON" and persons >= _PROJECTS * PROJECT
        return min(-(-low // PROJECT) * PROJECT, top) if whole else low


def _leaving(stream: str, month: int, place: int, persons: int) -> int:
    """By the rate, whole persons or projects: in a small place one leaves now and then."""
    together = PROJECT if stream == "JAKON" else 1
    rate, unit, turn = persons * _LEAVING[stream], 1000 * together, place * 197 % 1000 * together
    return ((rate * (month - BASE) + turn) // unit - (rate * (month - 1 - BASE) + turn) // unit) * together


def least(low: int, high: int, fits: Callable[[int], bool]) -> int:
    """The least number of [low, high] that fits, where what fits also fits above; `high` is taken to fit."""
    if fits(low):
        return low
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(middle) else (middle + 1, high)
    return low


@dataclass(frozen=True)
class Movement:
    """The windows of all streams up to a month, and from which number on former wage earners are own-account members."""

    streams: dict[str, Windows]
    kept_from: dict[int, list[int]] = field(default_factory=dict)

    def kept(self, month: int) -> list[int]:
        """Former wage earners who are own-account members, by place."""
        bounds = zip(self.kept_from[month], self.streams["PU"].low[month], strict=True)
        return [continuing().count(first, last, place) for place, (first, last) in enumerate(bounds)]


@cache
def movement(month: int, scale: float) -> Movement:
    """All windows up to the month, and at least those of the month before."""
    found = Movement({stream: Windows(stream) for stream in MEMBERS})
    for index in range(min(BASE, month - 1), month + 1):
        _enter(found, index, scale)
    return found


def _enter(found: Movement, month: int, scale: float) -> None:
    persons = {name: _by_place(name, national(month, scale)[name]) for name in ("PU", "JAKON", "BPU", "PMI")}
    subsidised = subsidised_by_place(tuple(persons["BPU"]))
    nobody = [0] * len(subsidised)
    for stream in ("PU", "JAKON", "PMI"):
        _fill(found.streams[stream], month, persons[stream], nobody)
    _fill(found.streams["subsidised"], month, subsidised, nobody)
    own = [whole - part for whole, part in zip(persons["BPU"], subsidised, strict=True)]
    found.kept_from[month] = _kept_from(found, month, own) if month > BASE else nobody
    paying = [whole - part for whole, part in zip(own, found.kept(month), strict=True)]
    _fill(found.streams["BPU"], month, paying, additional(month, scale) if month > BASE else nobody)


def _fill(window: Windows, month: int, persons: list[int], more: list[int]) -> None:
    if month <= BASE:
        window.low[month], window.high[month] = [0] * len(persons), persons
    else:
        window.move_on(month, persons, more)


def _kept_from(found: Movement, month: int, room: list[int]) -> list[int]:
    """A year's leavers, and never more than a quarter of those who pay for themselves."""
    low = found.streams["PU"].low
    year_ago = low[max(BASE, month - _CONTINUING_MONTHS)]
    earliest = [max(both) for both in zip(found.kept_from[month - 1], year_ago, strict=True)]
    return [_kept_within(place, earliest[place], low[month][place], most // 4) for place, most in enumerate(room)]


def _kept_within(place: int, first: int, last: int, most: int) -> int:
    return least(first, last, lambda bound: continuing().count(bound, last, place) <= most)


@cache
def _by_place(segment: str, total: int) -> list[int]:
    return by_place(segment, total)


@cache
def subsidised_by_place(own_account: tuple[int, ...]) -> list[int]:
    """Of the own-account members of each place, those whom public budgets pay for."""
    return apportion(round(sum(own_account) * SUBSIDISED_PERCENT / 100), own_account)


def additional(month: int, scale: float) -> list[int]:
    """Own-account entrants by place that the outreach of the three months before brings in this month."""
    found = [0] * len(_by_place("BPU", 0))
    for late in range(1, campaigns.MONTHS + 1):
        for place, _, persons in campaigns.effects(month - late, scale):
            found[place] += persons * late // campaigns.MONTHS - persons * (late - 1) // campaigns.MONTHS
    return found
