"""The true flows between two months: who entered and left, counted from the member ranges without building any row.

Belongs here: sums over the nation by segment. Not here: how many entrants stay (`retention`).
"""

from collections import Counter
from typing import Any

from simulator.population.absences import (
    GONE,
    HISTORY_START,
    PRESENT,
    all_residues,
    continuing_members,
    follows_budget,
    last_entry_months,
    movers,
    reported_leavers,
    residues_in_state,
    states_by_residue,
)
from simulator.population.calibration import SEGMENTS, national_persons
from simulator.population.history import MembershipHistory, membership_history
from simulator.population.member_ranges import MemberRanges
from simulator.population.month_plan import leavers
from simulator.population.residues import ResidueSet, intersection
from simulator.population.row_plan import SEGMENT_OF

GROUPS = {
    "all": ("PU", "JAKON", "BPU"),
    "formal": ("PU", "JAKON"),
    "informal": ("BPU",),
    **{segment: (segment,) for segment in SEGMENTS},
}
_IN, _OUT = ("entered", "re_entered"), ("became_unpaid", "left_ended", "left_absent")
_CHANGED = "changed"  # wage earners who continue as own-account members: the only change of segment
EventCounts = Counter[tuple[str, str]]  # by event and segment


def true_flows(month: int, scale: float, seed: int) -> dict[str, Any]:
    """Persons by segment group, with opening + in - out = closing, and protected persons who moved to another province."""
    events = _count_events(month, scale, seed)
    before, now = national_persons(month - 1, scale), national_persons(month, scale)
    groups: dict[str, Any] = {}
    for group, members in GROUPS.items():
        sums = {event: sum(events[event, segment] for segment in members) for event in (*_IN, *_OUT)}
        changed = events[_CHANGED, "PU"] if ("PU" in members) != ("BPU" in members) else 0
        groups[group] = {
            "opening": sum(before[segment] for segment in members),
            **{event: sums[event] for event in _IN},
            "changed_segment_in": changed if "BPU" in members else 0,
            "changed_segment_out": changed if "PU" in members else 0,
            **{event: sums[event] for event in _OUT},
            "closing": sum(now[segment] for segment in members),
        }
    return {"groups": groups, "moved": {segment: events["moved", segment] for segment in SEGMENTS}}


def _count_events(month: int, scale: float, seed: int) -> EventCounts:
    events: EventCounts = Counter()
    if month > HISTORY_START:
        history = membership_history(month, scale, seed)
        for ranges in history.strata.values():
            _count_members(events, ranges, month)
            _count_leavers(events, history, ranges, month)
        _count_continuing(events, history, month)
    return events


def _count_members(events: EventCounts, ranges: MemberRanges, month: int) -> None:
    """Count the members of the month: new ones, and the others by their states before and now."""
    stratum, segment = ranges.stratum, SEGMENT_OF[ranges.stratum]
    entry_months = sorted({*last_entry_months(stratum, month - 1), *last_entry_months(stratum, month)})
    moved = movers(stratum, month)
    for regency in range(len(ranges.low[month])):
        for entry_month, first, end in ranges.entry_ranges(month, regency, entry_months):
            if entry_month == month:
                events["entered", segment] += end - first
                continue
            changes = _state_changes(stratum, month, entry_month, by_budget=follows_budget(regency))
            for (before, now), residues in changes.items():
                events[_event(stratum, before, now), segment] += residues.count(first, end, regency)
                if before == now == PRESENT:
                    events["moved", segment] += intersection(residues, moved).count(first, end, regency)


def _state_changes(stratum: str, month: int, entry_month: int, *, by_budget: bool) -> dict[tuple[int, int], ResidueSet]:
    """The residues with each pair of states, in the month before and in the month."""
    before, now = (states_by_residue(stratum, each, entry_month, by_budget=by_budget) for each in (month - 1, month))
    return {
        (one, other): intersection(
            residues_in_state(stratum, month - 1, entry_month, one, by_budget=by_budget),
            residues_in_state(stratum, month, entry_month, other, by_budget=by_budget),
        )
        for one, other in sorted(set(zip(before, now, strict=True)))
    }


def _event(stratum: str, before: int, now: int) -> str:
    """The event of a person who is a member in both months."""
    if PRESENT == now != before:
        return "re_entered"
    if PRESENT == before != now:
        return "left_absent" if stratum == "PU" or now == GONE else "became_unpaid"
    return "none"


def _count_leavers(events: EventCounts, history: MembershipHistory, ranges: MemberRanges, month: int) -> None:
    """Count persons who were present in the month before and are no longer members."""
    stratum, segment = ranges.stratum, SEGMENT_OF[ranges.stratum]
    for regency in range(len(ranges.low[month])):
        for entry_month, first, end in leavers(ranges, month, regency):
            by_budget = follows_budget(regency)
            present = residues_in_state(stratum, month - 1, entry_month, PRESENT, by_budget=by_budget)
            ended = intersection(present, reported_leavers() if stratum == "PU" else all_residues(stratum))
            reported = ended.count(first, end, regency) if stratum in ("PU", "JAKON", "PMI") else 0
            continuing = (max(first, history.continuing_from[month][regency]), end)
            changed = continuing_members().count(*continuing, regency) if stratum == "PU" else 0
            events["left_ended", segment] += reported
            events[_CHANGED, segment] += changed
            events["left_absent", segment] += present.count(first, end, regency) - reported - changed
            if changed:
                moved = intersection(continuing_members(), movers("PU", month))
                events["moved", "BPU"] += moved.count(*continuing, regency)


def _count_continuing(events: EventCounts, history: MembershipHistory, month: int) -> None:
    """Count former wage earners who were own-account members in the month before, and are not any more or have moved."""
    low = history.strata["PU"].low[month - 1]
    moved = intersection(continuing_members(), movers("PU", month))
    bounds = zip(history.continuing_from[month - 1], history.continuing_from[month], strict=True)
    for regency, (before, now) in enumerate(bounds):
        events["left_absent", "BPU"] += continuing_members().count(before, min(now, low[regency]), regency)
        events["moved", "BPU"] += moved.count(max(before, now), low[regency], regency)
