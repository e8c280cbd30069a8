"""Dormant members: persons whose membership ended, or who stopped to pay, so long ago that the published number is reached.

Belongs here: how many there are, and since when each is dormant. Not here: members who are absent, in arrears or leave in the month
(`absences`, `month_plan`); they are a part of the published number.
Each regency gets so many new ones per month that the number is renewed in `_RENEWED_IN` months, and the oldest are removed. So a
person stays dormant since the same month. How long members are dormant is not published: the durations are synthetic.
"""

from functools import cache
from itertools import pairwise

from simulator.apportionment import apportion
from simulator.months import month_index
from simulator.population.absences import (
    GONE,
    PRESENT,
    follows_budget,
    last_entry_months,
    residues_in_state,
    states_by_residue,
)
from simulator.population.calibration import by_regency, published_figures, scaled
from simulator.population.history import MembershipHistory
from simulator.population.member_ranges import MemberRanges
from simulator.population.residues import OFFSET_STEP

FIRST_NUMBER = 1 << 17  # numbers of a stratum below it are other persons
STRATUM_OF = {"formal": ("ended", "PU"), "informal": ("lapsed", "BPU")}
_RENEWED_IN, _FIRST_MONTH = 66, month_index("2015-01")


def dormant_persons(month: int, scale: float) -> dict[str, int]:
    """All members who are not protected, by group of segments: between known months interpolated, constant before and after."""
    known = sorted(
        (month_index(each), persons) for each, persons in published_figures("dormant_persons", "all").items()
    )
    month = min(max(month, known[0][0]), known[-1][0])
    [total] = [
        low + round((high - low) * (month - start) / (end - start))
        for (start, low), (end, high) in pairwise(known)
        if start <= month <= end
    ][:1]
    shares = [next(iter(published_figures("dormant_persons", group).values())) for group in STRATUM_OF]
    return dict(zip(STRATUM_OF, apportion(scaled(total, scale), shares), strict=True))


def absent_members(ranges: MemberRanges, month: int) -> int:
    """The members who pause or are in arrears, and are delivered."""
    stratum, count = ranges.stratum, 0
    for regency in range(len(ranges.low[month])):
        by_budget = follows_budget(regency)
        for entry_month, first, end in ranges.entry_ranges(month, regency, last_entry_months(stratum, month)):
            states = set(states_by_residue(stratum, month, entry_month, by_budget=by_budget)) - {PRESENT, GONE}
            for state in states:
                absent = residues_in_state(stratum, month, entry_month, state, by_budget=by_budget)
                count += absent.count(first, end, regency)
    return count


def unprotected_own_account(history: MembershipHistory, month: int) -> int:
    """Own-account members who are in arrears."""
    return sum(absent_members(history.strata[stratum], month) for stratum in ("BPU", "subsidised"))


@cache
def _new_per_renewal(group: str, scale: float) -> tuple[int, ...]:
    """By regency, the number that becomes dormant within `_RENEWED_IN` months: the number of the last published month."""
    last = max(month_index(month) for month in published_figures("dormant_persons", "all"))
    counts = by_regency(STRATUM_OF[group][1], dormant_persons(last, scale)[group])
    return tuple(count + 1 for count in counts)  # in another month rounding may give a regency one more


def dormant_ranges(group: str, count: int, month: int, scale: float) -> list[tuple[int, int, int, int]]:
    """So many dormant persons: (regency, month since which they are dormant, first number, end)."""
    found = []
    new, counts = _new_per_renewal(group, scale), by_regency(STRATUM_OF[group][1], count)
    for regency, (renewed, persons) in enumerate(zip(new, counts, strict=True)):
        end = _end_of(month, renewed, regency)
        lowest = max(0, end - persons)
        since = month
        while end > lowest and since >= _FIRST_MONTH:
            first = max(lowest, _end_of(since - 1, renewed, regency))
            if first < end:
                found.append((regency, since, FIRST_NUMBER + first, FIRST_NUMBER + end))
            end, since = first, since - 1
    return found


def _end_of(month: int, renewed: int, regency: int) -> int:
    """The number after the last person who is dormant since the month or an earlier one. Small regencies take turns."""
    turn = regency * OFFSET_STEP % _RENEWED_IN
    return (max(0, month + 1 - _FIRST_MONTH) * renewed + turn) // _RENEWED_IN
