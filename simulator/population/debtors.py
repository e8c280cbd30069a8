"""Who has loan contracts (KUR): members by their turn, and persons outside the scheme.

Belongs here: the plan of debtors. Does not belong here: their contracts (`credit`).
A member keeps the loan while pausing or in arrears, and has none left when the membership is over.
"""

import polars as pl

from simulator.apportionment import apportion
from simulator.population.absences import GONE, PERIODS, follows_budget, in_state, states
from simulator.population.calibration import by_place, employers_by_place, national, scaled
from simulator.population.history import movement
from simulator.population.month_plan import entry, unpaid
from simulator.population.regencies import residence_weights
from simulator.population.residues import Class, both, class_of
from simulator.population.row_plan import STREAMS, Cells, Plan

DEBTORS, _MEMBERS = 4_400_000, 1_520_000  # about: debtors of January to July 2022 (gorontalo.antaranews.com 204801)
_TURNS = {  # one in 30 wage earners, among them some who are own-account members too; one in 16 of these
    "PU": [turn for turn in range(PERIODS["PU"]) if turn % 60 in (4, 40)],
    "BPU": range(5, PERIODS["BPU"], 16),
    "subsidised": range(5, PERIODS["subsidised"], 16),
}
_UNPAID = class_of(3, [1])  # of the persons in grace, by number


def _classes() -> dict[str, Class]:
    return {stream: class_of(PERIODS[stream], turns) for stream, turns in _TURNS.items()}


def is_debtor(stream: pl.Expr, turn: pl.Expr) -> pl.Expr:
    """Whether the member has loan contracts; of the streams in which rows are damaged."""
    chosen = [(stream == STREAMS.index(name)) & turn.is_in(of.turns) for name, of in _classes().items()]
    return pl.any_horizontal(chosen)


def debtors(month: int, scale: float, seed: int) -> Plan:
    """The plan of all debtors, by place."""
    cells, moved = Cells(), movement(month, scale, seed)
    for stream, of in _classes().items():
        window = moved.streams[stream]
        for place in range(len(window.low[month])):
            by_budget = follows_budget(place)
            for end, first, last, won in window.members(month, place):
                for state in sorted(set(states(stream, month, end, by_budget=by_budget)) - {GONE}):
                    found = both(in_state(stream, month, end, state, by_budget=by_budget), of)
                    cells.add(place, stream, (first, last), found, state=state, entered=entry(end), won=won)
    _add_others(cells, month, scale)
    return cells.plan(employers_by_place(scale), mixed=False)


def _add_others(cells: Cells, month: int, scale: float) -> None:
    """Persons in grace, and those outside the scheme, who live where people live."""
    in_grace = by_place("BPU", unpaid(national(month, scale))["grace"])
    outside = apportion(scaled(DEBTORS - _MEMBERS, scale), residence_weights())
    for place, (grace, others) in enumerate(zip(in_grace, outside, strict=True)):
        cells.add(place, "grace", (0, grace), _UNPAID, segment="BPU")
        cells.add(place, "outsider", (0, others), class_of(1, [0]), segment="BPU")
