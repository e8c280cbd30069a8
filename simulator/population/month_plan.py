"""The plan of a month: which memberships exist, as ranges of numbered persons.

Belongs here: who is delivered, in which state. Not here: who enters, leaves and pauses (`history`, `absences`), how a row
is built from a range (`row_plan`), what a membership looks like (`memberships`).
"""

from collections.abc import Iterator
from datetime import date

import polars as pl

from simulator.months import first_day
from simulator.population.absences import (
    ENDED,
    GONE,
    HISTORY_START,
    MODULI,
    PRESENT,
    all_residues,
    continuing_members,
    follows_budget,
    reported_leavers,
    residues_in_state,
    states_by_residue,
)
from simulator.population.calibration import by_regency, employers_by_regency, national_persons, scaled
from simulator.population.dormant import STRATUM_OF, dormant_persons, dormant_ranges, unprotected_own_account
from simulator.population.history import MembershipHistory, membership_history
from simulator.population.member_ranges import MEMBER_STRATA, MemberRanges
from simulator.population.residues import ResidueSet, intersection, residue_set
from simulator.population.row_plan import RowPlan, RowPlanBuilder

_GRACE_PERCENT, _LAPSED_PERMILLE, _ENDED_PERMILLE = 2, 5, 5
_ALSO_OWN_ACCOUNT = residue_set(MODULI["PU"], range(0, MODULI["PU"], 100))  # wage earners
_CONTINUING = residue_set(MODULI["PU"], set(continuing_members().residues) - set(_ALSO_OWN_ACCOUNT.residues))
_SECOND_EMPLOYER = residue_set(MODULI["PU"], [7])
_EVERY_PERSON = residue_set(1, [0])  # of strata in which nothing depends on the residue


def plan_month(month: int, scale: float, seed: int, *, dormant: bool = False) -> RowPlan:
    """All memberships of the month at the scale, without planted ones; with as many dormant members as published if `dormant`."""
    builder, history = RowPlanBuilder(), membership_history(month, scale, seed)
    for stratum in MEMBER_STRATA:
        # Employers leave out wage earners who pause; own-account members in arrears are delivered.
        add_members(builder, history.strata[stratum], month, all_residues(stratum), absent=stratum != "PU")
    _add_leavers(builder, history, month)
    _add_second_memberships(builder, history, month)
    _add_unprotected(builder, month, scale)
    if dormant:
        _add_dormant(builder, history, month)
    return builder.build(employers_by_regency(scale), mixed=True)


def entry_day(entry_month: int) -> date | None:
    """The first day of the month of entry; none for members from before the history."""
    return first_day(entry_month) if entry_month > HISTORY_START else None


def add_members(
    builder: RowPlanBuilder, ranges: MemberRanges, month: int, residues: ResidueSet, *, absent: bool
) -> None:
    """Add the members with one of the residues who are present and, if `absent`, who pause or are in arrears."""
    stratum = ranges.stratum
    for regency in range(len(ranges.low[month])):
        by_budget = follows_budget(regency)
        for entry_month, first, end, recruited in ranges.members(month, regency):
            states = states_by_residue(stratum, month, entry_month, by_budget=by_budget)
            for state in sorted(set(states) - {GONE}) if absent else [PRESENT]:
                in_state = residues_in_state(stratum, month, entry_month, state, by_budget=by_budget)
                chosen, entered = intersection(in_state, residues), entry_day(entry_month)
                builder.add(
                    regency, stratum, (first, end), chosen, state=state, entry_month=entered, recruited=recruited
                )


def _add_leavers(builder: RowPlanBuilder, history: MembershipHistory, month: int) -> None:
    """Add members of the month before whose end is reported: projects, contracts and some of the wage earners."""
    for stratum in ("PU", "JAKON", "PMI"):
        for regency, entry_month, numbers, left in _reported_leavers(history.strata[stratum], month):
            builder.add(regency, stratum, numbers, left, state=ENDED, entry_month=entry_day(entry_month))


def _reported_leavers(ranges: MemberRanges, month: int) -> Iterator[tuple[int, int, tuple[int, int], ResidueSet]]:
    """Members whose end is reported in the month: regency, month of entry, range of numbers, residues."""
    stratum = ranges.stratum
    residues = reported_leavers() if stratum == "PU" else all_residues(stratum)
    for regency in range(len(ranges.low[month])) if month > HISTORY_START else ():
        for entry_month, first, end in leavers(ranges, month, regency):
            present = residues_in_state(stratum, month - 1, entry_month, PRESENT, by_budget=False)
            yield regency, entry_month, (first, end), intersection(present, residues)


def count_reported_leavers(ranges: MemberRanges, month: int) -> int:
    """The number of members whose end is reported in the month."""
    return sum(left.count(*numbers, regency) for regency, _, numbers, left in _reported_leavers(ranges, month))


def leavers(ranges: MemberRanges, month: int, regency: int) -> list[tuple[int, int, int]]:
    """Members of the month before who have left: (month of entry, first number, end)."""
    low = ranges.low[month][regency]
    before = ranges.entry_ranges(month - 1, regency, list(range(HISTORY_START, month)))
    return [(entry_month, first, min(end, low)) for entry_month, first, end in before if first < low]


def _add_second_memberships(builder: RowPlanBuilder, history: MembershipHistory, month: int) -> None:
    """Add memberships of wage earners beside the first one (1 in 100 own-account, 1 in 300 at a second employer) or after it."""
    ranges = history.strata["PU"]
    entry_months = list(range(HISTORY_START, month + 1)) if month > HISTORY_START else [month]
    for regency, continuing_from in enumerate(history.continuing_from[month]):
        low, first = ranges.low[month][regency], continuing_from
        for entry_month in entry_months:
            end, entered = ranges.high[entry_month][regency], entry_day(entry_month)
            own_account, employed = (first, end), (max(first, low), end)
            builder.add(regency, "PU", own_account, _ALSO_OWN_ACCOUNT, membership=1, segment="BPU", entry_month=entered)
            builder.add(regency, "PU", employed, _SECOND_EMPLOYER, membership=2, entry_month=entered)
            first = max(first, end)
        _add_continuing(builder, ranges, month, regency, continuing_from)


def _add_continuing(builder: RowPlanBuilder, ranges: MemberRanges, month: int, regency: int, first: int) -> None:
    """Add former wage earners, from the number `first` on, who became own-account members when they left."""
    low = ranges.low[month][regency]
    for left in range(max(HISTORY_START + 1, month - 12), month + 1):
        numbers = (max(first, ranges.low[left - 1][regency]), min(low, ranges.low[left][regency]))
        builder.add(regency, "PU", numbers, _CONTINUING, membership=1, segment="BPU", entry_month=first_day(left))


def _add_unprotected(builder: RowPlanBuilder, month: int, scale: float) -> None:
    """Add persons beside the calibrated ones who are in grace, lapsed or ended: no figure counts them as protected."""
    counts = unprotected_persons(national_persons(month, scale))
    for stratum, segment in (("grace", "BPU"), ("lapsed", "PU"), ("ended", "PU")):
        for regency, count in enumerate(by_regency(segment, counts[stratum])):
            builder.add(regency, stratum, (0, count), _EVERY_PERSON, segment=segment)


def _add_dormant(builder: RowPlanBuilder, history: MembershipHistory, month: int) -> None:
    """Add dormant members until there are as many as published, with those who are in the plan without them."""
    for group, persons in missing_dormant(history, month).items():
        stratum, segment = STRATUM_OF[group]
        for regency, since, first, end in dormant_ranges(group, persons, month, history.scale):
            builder.add(regency, stratum, (first, end), _EVERY_PERSON, segment=segment, entry_month=first_day(since))


def missing_dormant(history: MembershipHistory, month: int) -> dict[str, int]:
    """The number of dormant members to add, by group of segments."""
    others = unprotected_persons(national_persons(month, history.scale))
    left = sum(count_reported_leavers(history.strata[stratum], month) for stratum in ("PU", "JAKON"))
    known = {
        "formal": others["lapsed"] + others["ended"] + left,
        "informal": others["grace"] + unprotected_own_account(history, month),
    }
    return {group: max(0, persons - known[group]) for group, persons in dormant_persons(month, history.scale).items()}


def unprotected_persons(protected: dict[str, int]) -> dict[str, int]:
    """The number of unprotected persons by stratum, beside so many protected ones by segment."""
    return {
        "grace": scaled(protected["BPU"] * _GRACE_PERCENT / 100, 1),
        "lapsed": scaled(protected["PU"] * _LAPSED_PERMILLE / 1000, 1),
        "ended": scaled(protected["PU"] * _ENDED_PERMILLE / 1000, 1),
    }


def has_several_memberships(residue: pl.Expr) -> pl.Expr:
    """Whether a wage earner with this residue has two memberships, now or after leaving the employer."""
    continuing = [each % 100 for each in continuing_members().residues[:3]]
    return (residue % 100).is_in(continuing) | residue.is_in(_SECOND_EMPLOYER.residues)


def is_also_own_account(residue: pl.Expr) -> pl.Expr:
    """Whether a wage earner with this residue is an own-account member too."""
    return residue.is_in(_ALSO_OWN_ACCOUNT.residues)
