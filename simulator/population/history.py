"""How the windows of all streams of a nation move on together, month by month.

Belongs here: how many each stream wants, and the streams that share persons or places. Does not belong here: one window.
"""

from dataclasses import dataclass, field
from functools import cache

from simulator.apportionment import apportion
from simulator.population import outreach_activities
from simulator.population.absences import BASE, continuing
from simulator.population.calibration import by_place, national
from simulator.population.member_ranges import MEMBERS, Windows, least

SUBSIDISED_PERCENT = 30  # 2.97 of 9.9 million (Ombudsman, December 2024)
_CONTINUING_MONTHS = 12  # a wage earner who left stays an own-account member so long


@dataclass(frozen=True)
class Movement:
    """The windows of all streams, and from which number on former wage earners are own-account members, by month."""

    scale: float
    seed: int
    streams: dict[str, Windows]
    kept_from: dict[int, list[int]] = field(default_factory=dict)

    def kept(self, month: int) -> list[int]:
        """Former wage earners who are own-account members, by place."""
        bounds = zip(self.kept_from[month], self.streams["PU"].low[month], strict=True)
        return [continuing().count(first, last, place) for place, (first, last) in enumerate(bounds)]


@cache
def begun(scale: float, seed: int) -> Movement:
    """The one movement of a nation, which grows month by month."""
    return Movement(scale, seed, {stream: Windows(stream, seed) for stream in MEMBERS})


def movement(month: int, scale: float, seed: int) -> Movement:
    """All windows up to the month at least, and those of the month before."""
    found = begun(scale, seed)
    for index in range(min(BASE, month - 1), month + 1):
        if index not in found.kept_from:
            _enter(found, index)
    return found


def _enter(found: Movement, month: int) -> None:
    scale = found.scale
    persons = {name: _by_place(name, national(month, scale)[name]) for name in ("PU", "JAKON", "BPU", "PMI")}
    subsidised = subsidised_by_place(tuple(persons["BPU"]))
    nobody = [0] * len(subsidised)
    for stream in ("PU", "JAKON", "PMI"):
        _fill(found.streams[stream], month, persons[stream], nobody)
    _fill(found.streams["subsidised"], month, subsidised, nobody)
    own = [whole - part for whole, part in zip(persons["BPU"], subsidised, strict=True)]
    found.kept_from[month] = _kept_from(found, month, own) if month > BASE else nobody
    paying = [whole - part for whole, part in zip(own, found.kept(month), strict=True)]
    _fill(found.streams["BPU"], month, paying, additional(month, scale, found.seed) if month > BASE else nobody)


def _fill(window: Windows, month: int, persons: list[int], more: list[int]) -> None:
    if month <= BASE:
        window.low[month], window.high[month], window.won[month] = [0] * len(persons), persons, more
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


def additional(month: int, scale: float, seed: int) -> list[int]:
    """Own-account entrants by place that the outreach of the three months before brings in this month."""
    found = [0] * len(_by_place("BPU", 0))
    for late in range(1, outreach_activities.MONTHS + 1):
        for place, _, persons in outreach_activities.effects(month - late, scale, seed):
            found[place] += (
                persons * late // outreach_activities.MONTHS - persons * (late - 1) // outreach_activities.MONTHS
            )
    return found
