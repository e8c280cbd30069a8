"""The plan of a month: which memberships exist, as cells of runs of numbered persons.

Belongs here: who is delivered, and as what. Does not belong here: who comes, goes and pauses (`windows`, `turns`), how rows are
drawn up from cells (`cells`), what a membership looks like, files.
"""

from datetime import date

import polars as pl

from simulator.months import first_day
from simulator.population.absences import (
    BASE,
    ENDED,
    GONE,
    HERE,
    PERIODS,
    continuing,
    everybody,
    follows_budget,
    in_state,
    reported_end,
    states,
)
from simulator.population.calibration import by_place, employers_by_place, national, scaled
from simulator.population.history import Movement, movement
from simulator.population.member_ranges import MEMBERS, Windows
from simulator.population.residues import both, class_of
from simulator.population.row_plan import Cells, Plan

_GRACE_PERCENT, _LAPSED_PERMILLE, _ENDED_PERMILLE = 2, 5, 5
_DUAL = class_of(PERIODS["PU"], range(0, PERIODS["PU"], 100))  # wage earners who are own-account members too
_CONTINUING = class_of(PERIODS["PU"], set(continuing().turns) - set(_DUAL.turns))
_SECOND = class_of(PERIODS["PU"], [7])  # wage earners with a second employer
_ALL = class_of(1, [0])  # of streams in which nothing depends on the turn


def plan_month(month: int, scale: float, seed: int) -> Plan:
    """All memberships of the month at the scale, apart from planted ones."""
    cells, moved = Cells(), movement(month, scale, seed)
    for stream in MEMBERS:
        _add_members(cells, moved.streams[stream], month)
    _add_leavers(cells, moved, month)
    _add_second_memberships(cells, moved, month)
    _add_unprotected(cells, month, scale)
    return cells.plan(employers_by_place(scale), mixed=True)


def entry(end: int) -> date | None:
    """The month of entry; none for those who were there from the beginning."""
    return first_day(end) if end > BASE else None


def _add_members(cells: Cells, window: Windows, month: int) -> None:
    """Whoever is delivered: all who are there, and own-account members whose payment is overdue."""
    for place in range(len(window.low[month])):
        for end, first, last, won in window.members(month, place):
            for state in _delivered(window.stream, month, end, place):
                found = in_state(window.stream, month, end, state, by_budget=follows_budget(place))
                cells.add(place, window.stream, (first, last), found, state=state, entered=entry(end), won=won)


def _delivered(stream: str, month: int, end: int, place: int) -> list[int]:
    known = sorted(set(states(stream, month, end, by_budget=follows_budget(place))))
    return [HERE] if stream == "PU" else [state for state in known if state != GONE]


def _add_leavers(cells: Cells, moved: Movement, month: int) -> None:
    """Members of the month before whose end is reported: projects, contracts and a part of the wage earners."""
    if month <= BASE:
        return
    for stream, of in (("PU", reported_end()), ("JAKON", everybody("JAKON")), ("PMI", everybody("PMI"))):
        window = moved.streams[stream]
        for place in range(len(window.low[month])):
            for end, first, last in left(window, month, place):
                there = in_state(stream, month - 1, end, HERE, by_budget=False)
                cells.add(place, stream, (first, last), both(there, of), state=ENDED, entered=entry(end))


def left(window: Windows, month: int, place: int) -> list[tuple[int, int, int]]:
    """(month of entry, first, last number) of the members of the month before who are members no more."""
    gone = window.low[month][place]
    runs = window.runs(month - 1, place, list(range(BASE, month)))
    return [(end, first, min(last, gone)) for end, first, last in runs if first < gone]


def _add_second_memberships(cells: Cells, moved: Movement, month: int) -> None:
    """Of wage earners: beside the first (1 in 100 as own-account member, 1 in 300 at another employer), or after it."""
    window, kept = moved.streams["PU"], moved.kept_from[month]
    ends = list(range(BASE, month + 1)) if month > BASE else [month]
    for place, first in enumerate(kept):
        low, reached = window.low[month][place], first
        for end in ends:
            last, begins = window.high[end][place], entry(end)
            cells.add(place, "PU", (reached, last), _DUAL, membership=1, segment="BPU", entered=begins)
            cells.add(place, "PU", (max(reached, low), last), _SECOND, membership=2, entered=begins)
            reached = max(reached, last)
        _add_continuing(cells, window, month, place, first)


def _add_continuing(cells: Cells, window: Windows, month: int, place: int, first: int) -> None:
    """Former wage earners, from the number `first` on, who became own-account members when they left."""
    low = window.low[month][place]
    for begun in range(max(BASE + 1, month - 12), month + 1):
        run = (max(first, window.low[begun - 1][place]), min(low, window.low[begun][place]))
        cells.add(place, "PU", run, _CONTINUING, membership=1, segment="BPU", entered=first_day(begun))


def _add_unprotected(cells: Cells, month: int, scale: float) -> None:
    """Persons beside the calibrated ones who are in grace, lapsed or ended; no figure counts them as protected."""
    counts = unpaid(national(month, scale))
    for stream, segment in (("grace", "BPU"), ("lapsed", "PU"), ("ended", "PU")):
        for place, count in enumerate(by_place(segment, counts[stream])):
            cells.add(place, stream, (0, count), _ALL, segment=segment)


def unpaid(persons: dict[str, int]) -> dict[str, int]:
    """How many persons are unprotected, by stream, beside so many protected ones by segment."""
    return {
        "grace": scaled(persons["BPU"] * _GRACE_PERCENT / 100, 1),
        "lapsed": scaled(persons["PU"] * _LAPSED_PERMILLE / 1000, 1),
        "ended": scaled(persons["PU"] * _ENDED_PERMILLE / 1000, 1),
    }


def holds_several(rows_turn: pl.Expr) -> pl.Expr:
    """Whether a wage earner with this turn holds two memberships, now or after leaving the employer."""
    return (rows_turn % 100).is_in([each % 100 for each in continuing().turns[:3]]) | rows_turn.is_in(_SECOND.turns)


def is_dual(rows_turn: pl.Expr) -> pl.Expr:
    """Whether a wage earner with this turn is an own-account member too."""
    return rows_turn.is_in(_DUAL.turns)
