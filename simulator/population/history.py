"""The history of all strata of a nation, month by month.

Belongs here: how many persons each stratum needs, and the strata that share persons. Not here: the ranges of one
stratum (`member_ranges`).
"""

from dataclasses import dataclass, field
from functools import cache

from simulator.apportionment import apportion
from simulator.population import outreach_activities
from simulator.population.absences import HISTORY_START, continuing_members
from simulator.population.calibration import by_regency, national_persons
from simulator.population.member_ranges import MEMBER_STRATA, MemberRanges, lowest_fitting

SUBSIDISED_PERCENT = 30  # 2.97 of 9.9 million (Ombudsman, December 2024)
_CONTINUING_MONTHS = 12  # for so long a wage earner who left is an own-account member


@dataclass(frozen=True)
class MembershipHistory:
    """The member ranges of all strata by month.

    Wage earners who left, from the number `continuing_from` on, continue as own-account members.
    """

    scale: float
    seed: int
    strata: dict[str, MemberRanges]
    continuing_from: dict[int, list[int]] = field(default_factory=dict)

    def continuing_counts(self, month: int) -> list[int]:
        """Former wage earners who are own-account members, by regency."""
        bounds = zip(self.continuing_from[month], self.strata["PU"].low[month], strict=True)
        return [continuing_members().count(first, end, regency) for regency, (first, end) in enumerate(bounds)]


@cache
def shared_history(scale: float, seed: int) -> MembershipHistory:
    """The history of a nation, to which `membership_history` adds months."""
    return MembershipHistory(scale, seed, {stratum: MemberRanges(stratum, seed) for stratum in MEMBER_STRATA})


def membership_history(month: int, scale: float, seed: int) -> MembershipHistory:
    """The history up to the month at least; it contains the month before too."""
    history = shared_history(scale, seed)
    for index in range(min(HISTORY_START, month - 1), month + 1):
        if index not in history.continuing_from:
            _add_month(history, index)
    return history


def _add_month(history: MembershipHistory, month: int) -> None:
    persons = {
        segment: _by_regency(segment, count) for segment, count in national_persons(month, history.scale).items()
    }
    subsidised = subsidised_by_regency(tuple(persons["BPU"]))
    zeros = [0] * len(subsidised)
    for stratum in ("PU", "JAKON", "PMI"):
        _add_range(history.strata[stratum], month, persons[stratum], zeros)
    _add_range(history.strata["subsidised"], month, subsidised, zeros)
    own_account = [count - part for count, part in zip(persons["BPU"], subsidised, strict=True)]
    started = month > HISTORY_START
    history.continuing_from[month] = _continuing_from(history, month, own_account) if started else zeros
    others = [count - part for count, part in zip(own_account, history.continuing_counts(month), strict=True)]
    recruited = outreach_entrants(month, history.scale, history.seed) if started else zeros
    _add_range(history.strata["BPU"], month, others, recruited)


def _add_range(ranges: MemberRanges, month: int, persons: list[int], recruited: list[int]) -> None:
    if month <= HISTORY_START:
        ranges.low[month], ranges.high[month], ranges.recruited[month] = [0] * len(persons), persons, recruited
    else:
        ranges.add_month(month, persons, recruited)


def _continuing_from(history: MembershipHistory, month: int, own_account: list[int]) -> list[int]:
    """The leavers of a year, but at most a quarter of the members who pay for themselves."""
    low = history.strata["PU"].low
    year_ago = low[max(HISTORY_START, month - _CONTINUING_MONTHS)]
    earliest = [max(pair) for pair in zip(history.continuing_from[month - 1], year_ago, strict=True)]
    return [
        _first_within(regency, earliest[regency], low[month][regency], count // 4)
        for regency, count in enumerate(own_account)
    ]


def _first_within(regency: int, first: int, end: int, most: int) -> int:
    return lowest_fitting(first, end, lambda bound: continuing_members().count(bound, end, regency) <= most)


@cache
def _by_regency(segment: str, total: int) -> list[int]:
    return by_regency(segment, total)


@cache
def subsidised_by_regency(own_account: tuple[int, ...]) -> list[int]:
    """The number of own-account members of each regency that public budgets pay for."""
    return apportion(round(sum(own_account) * SUBSIDISED_PERCENT / 100), own_account)


def outreach_entrants(month: int, scale: float, seed: int) -> list[int]:
    """Own-account entrants of the month by regency, recruited by outreach of the three months before."""
    entrants = [0] * len(_by_regency("BPU", 0))
    for later in range(1, outreach_activities.MONTHS + 1):
        for regency, _, persons in outreach_activities.additional_entrants(month - later, scale, seed):
            entrants[regency] += outreach_activities.entrants_of_month(persons, later)
    return entrants
