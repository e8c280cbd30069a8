"""The truth about flows: who came and went between two months, counted from the windows without drawing up anybody.

Belongs here: sums over the nation by segment. Does not belong here: how many of an entry stay (`retention`).
"""

from collections import Counter
from typing import Any

from simulator.population.absences import (
    BASE,
    GONE,
    HERE,
    cohort_ends,
    continuing,
    everybody,
    follows_budget,
    in_state,
    moving,
    reported_end,
    states,
)
from simulator.population.calibration import national
from simulator.population.history import Movement, movement
from simulator.population.member_ranges import Windows
from simulator.population.month_plan import left
from simulator.population.residues import Class, both
from simulator.population.row_plan import SEGMENT_OF

GROUPS = {
    "all": ("PU", "JAKON", "BPU"), "formal": ("PU", "JAKON"), "informal": ("BPU",),
    "PU": ("PU",), "JAKON": ("JAKON",), "BPU": ("BPU",), "PMI": ("PMI",),
}  # fmt: skip
_IN, _OUT = ("entered", "re_entered"), ("became_unpaid", "left_ended", "left_absent")
_CHANGED = "changed"  # wage earners who go on as own-account members: the only change of segment
Tally = Counter[tuple[str, str]]  # (what happened, segment)


def flows(month: int, scale: float, seed: int) -> dict[str, Any]:
    """Persons by segment group: opening + in - out = closing; and those protected in both months who moved province."""
    counted = _tally(month, scale, seed)
    before, now = national(month - 1, scale), national(month, scale)
    found: dict[str, Any] = {}
    for group, members in GROUPS.items():
        sums = {what: sum(counted[what, segment] for segment in members) for what in (*_IN, *_OUT)}
        crossing = counted[_CHANGED, "PU"] if ("PU" in members) != ("BPU" in members) else 0
        found[group] = {
            "opening": sum(before[segment] for segment in members),
            **{what: sums[what] for what in _IN},
            "changed_segment_in": crossing if "BPU" in members else 0,
            "changed_segment_out": crossing if "PU" in members else 0,
            **{what: sums[what] for what in _OUT},
            "closing": sum(now[segment] for segment in members),
        }
    return {"groups": found, "moved": {segment: counted["moved", segment] for segment in ("PU", "JAKON", "BPU", "PMI")}}


def _tally(month: int, scale: float, seed: int) -> Tally:
    counted: Tally = Counter()
    if month > BASE:
        moved = movement(month, scale, seed)
        for window in moved.streams.values():
            _count_members(counted, window, month)
            _count_leavers(counted, moved, window, month)
        _count_kept(counted, moved, month)
    return counted


def _count_members(counted: Tally, window: Windows, month: int) -> None:
    """Who is in the window of the month: new, or with a state before and a state now."""
    stream, segment = window.stream, SEGMENT_OF[window.stream]
    ends = sorted({*cohort_ends(stream, month - 1), *cohort_ends(stream, month)})
    mover = moving(stream, month)
    for place in range(len(window.low[month])):
        for end, first, last in window.runs(month, place, ends):
            if end == month:
                counted["entered", segment] += last - first
                continue
            for (was, now), of in _changes(stream, month, end, by_budget=follows_budget(place)).items():
                counted[_event(stream, was, now), segment] += of.count(first, last, place)
                if was == now == HERE:
                    counted["moved", segment] += both(of, mover).count(first, last, place)


def _changes(stream: str, month: int, end: int, *, by_budget: bool) -> dict[tuple[int, int], Class]:
    """The class of turns of each state before and now."""
    before, now = (states(stream, index, end, by_budget=by_budget) for index in (month - 1, month))
    pairs = sorted(set(zip(before, now, strict=True)))
    return {
        (was, is_): both(
            in_state(stream, month - 1, end, was, by_budget=by_budget),
            in_state(stream, month, end, is_, by_budget=by_budget),
        )
        for was, is_ in pairs
    }


def _event(stream: str, was: int, now: int) -> str:
    """What happened to a person who was a member in both months."""
    if HERE == now != was:
        return "re_entered"
    if HERE == was != now:
        return "left_absent" if stream == "PU" or now == GONE else "became_unpaid"
    return "none"


def _count_leavers(counted: Tally, moved: Movement, window: Windows, month: int) -> None:
    """Who was there the month before and is no member any more."""
    stream, segment = window.stream, SEGMENT_OF[window.stream]
    for place in range(len(window.low[month])):
        for end, first, last in left(window, month, place):
            there = in_state(stream, month - 1, end, HERE, by_budget=follows_budget(place))
            ended = both(there, reported_end() if stream == "PU" else everybody(stream))
            reported = ended.count(first, last, place) if stream in ("PU", "JAKON", "PMI") else 0
            goes_on = (max(first, moved.kept_from[month][place]), last)
            changed = continuing().count(*goes_on, place) if stream == "PU" else 0
            counted["left_ended", segment] += reported
            counted[_CHANGED, segment] += changed
            counted["left_absent", segment] += there.count(first, last, place) - reported - changed
            if changed:
                counted["moved", "BPU"] += both(continuing(), moving("PU", month)).count(*goes_on, place)


def _count_kept(counted: Tally, moved: Movement, month: int) -> None:
    """Former wage earners who were own-account members the month before: some are no more, some have moved."""
    low = moved.streams["PU"].low[month - 1]
    mover = both(continuing(), moving("PU", month))
    for place, (was, now) in enumerate(zip(moved.kept_from[month - 1], moved.kept_from[month], strict=True)):
        counted["left_absent", "BPU"] += continuing().count(was, min(now, low[place]), place)
        counted["moved", "BPU"] += mover.count(max(was, now), low[place], place)
