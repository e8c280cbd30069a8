"""The plan of a month: which memberships exist, as runs of numbered persons; any row can be drawn up by its number.

Belongs here: cells (a regency, a stream of persons, a run of their numbers) and their order. Does not belong here: who
comes, goes and pauses (`windows`, `turns`), what a membership looks like, files.
A cell takes from a run of numbers those whose turn is of one class: its rows count on in that class.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from pipelines.simulator.calibration import by_place, employers_by_place, national, scaled
from pipelines.simulator.draws import first_day_of
from pipelines.simulator.turns import (
    BASE,
    ENDED,
    GONE,
    HERE,
    PERIODS,
    PHASE_STEP,
    Class,
    both,
    class_of,
    continuing,
    everybody,
    follows_budget,
    in_state,
    reported_end,
    states,
)
from pipelines.simulator.windows import MEMBERS, Movement, Windows, movement

# Every person belongs to one stream and is numbered within stream and place; the number outlives the month.
STREAMS = ("PU", "JAKON", "BPU", "PMI", "grace", "lapsed", "ended", "spare", "outsider", "subsidised")
SEGMENT_OF = {"PU": "PU", "JAKON": "JAKON", "BPU": "BPU", "PMI": "PMI", "subsidised": "BPU"}
_GRACE_PERCENT, _LAPSED_PERMILLE, _ENDED_PERMILLE = 2, 5, 5
_BLOCKS, _LEAST_BLOCK = 1_000, 500  # members are mixed in blocks of so many rows at least
_DUAL = class_of(PERIODS["PU"], range(0, PERIODS["PU"], 100))  # wage earners who are own-account members too
_CONTINUING = class_of(PERIODS["PU"], set(continuing().turns) - set(_DUAL.turns))
_SECOND = class_of(PERIODS["PU"], [7])  # wage earners with a second employer
_ALL = class_of(1, [0])  # of streams in which nothing depends on the turn

CELL = {
    "place": pl.Int64(), "stream": pl.Int64(), "membership": pl.Int64(), "segment": pl.String(), "entered": pl.Date(),
    "state": pl.Int64(), "period": pl.Int64(), "start": pl.Int64(), "size": pl.Int64(), "first": pl.Int64(),
    "count": pl.Int64(),
}  # fmt: skip
PERSON = ("place", "stream", "membership", "segment", "entered", "state", "period", "employers")


@dataclass(frozen=True)
class Plan:
    """Cells in the order of places, each with the row number `offset` at which it begins."""

    cells: pl.DataFrame
    turns: pl.Series
    rows: int

    def draw_up(self, numbers: pl.Series) -> pl.DataFrame:
        """The skeletons of the rows with these (ascending) numbers: their cell and the person's number `idx`."""
        wanted = pl.DataFrame({"row": numbers.cast(pl.Int64)})
        found = wanted.join_asof(self.cells, left_on="row", right_on="offset", strategy="backward")
        rank = pl.col("first") + pl.col("row") - pl.col("offset")
        turn = pl.lit(self.turns).gather(pl.col("start") + rank % pl.col("size"))
        shift = pl.col("place") * PHASE_STEP % pl.col("period")
        idx = rank // pl.col("size") * pl.col("period") + turn - shift
        return found.select("row", *PERSON, idx.alias("idx"))


@dataclass
class Cells:
    """Cells in the making."""

    rows: list[tuple[object, ...]] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    _starts: dict[Class, int] = field(default_factory=dict)

    def add(
        self, place: int, stream: str, numbers: tuple[int, int], of: Class, *, state: int = HERE,
        entered: date | None = None, membership: int = 0, segment: str | None = None,
    ) -> None:  # fmt: skip
        """A cell of the numbers of the run that are of the class."""
        count = of.count(*numbers, place)
        if not count:
            return
        if of not in self._starts:
            self._starts[of] = len(self.turns)
            self.turns += of.turns
        shown = segment or SEGMENT_OF[stream]
        where = (of.period, self._starts[of], len(of.turns), of.rank(numbers[0], place))
        self.rows.append((place, STREAMS.index(stream), membership, shown, entered, state, *where, count))

    def plan(self, employers: list[int], *, mixed: bool) -> Plan:
        """The plan of these cells."""
        frame = pl.DataFrame(self.rows, schema=CELL, orient="row")
        cells = frame.with_columns(pl.lit(pl.Series(employers)).gather("place").alias("employers"))
        cells = _mixed(cells) if mixed else cells.with_columns(pl.lit(0).alias("block"))
        order = ("place", "block", "stream", "membership", "segment", "entered", "state", "start", "first")
        ordered = cells.sort(*order).drop("block")
        placed = ordered.with_columns((pl.col("count").cum_sum() - pl.col("count")).alias("offset"))
        return Plan(placed.set_sorted("offset"), pl.Series(self.turns, dtype=pl.Int64), int(placed["count"].sum()))


def plan_month(month: int, scale: float) -> Plan:
    """All memberships of the month at the scale, apart from planted ones."""
    cells, moved = Cells(), movement(month, scale)
    for stream in MEMBERS:
        _add_members(cells, moved.streams[stream], month)
    _add_leavers(cells, moved, month)
    _add_second_memberships(cells, moved, month)
    _add_unprotected(cells, month, scale)
    return cells.plan(employers_by_place(scale), mixed=True)


def _mixed(cells: pl.DataFrame) -> pl.DataFrame:
    """Every cell in parts, so that each file of a large city has all kinds of members."""
    per_block = max(_LEAST_BLOCK, int(cells["count"].sum()) // _BLOCKS)
    blocks = (pl.col("count").sum().over("place") // per_block + 1).alias("blocks")
    parts = cells.with_columns(blocks).with_columns(pl.int_ranges("blocks").alias("block")).explode("block")
    begins = pl.col("count") * pl.col("block") // pl.col("blocks")
    ends = pl.col("count") * (pl.col("block") + 1) // pl.col("blocks")
    cut = parts.with_columns((pl.col("first") + begins).alias("first"), (ends - begins).alias("count"))
    return cut.filter(pl.col("count") > 0).drop("blocks")


def _entry(end: int) -> date | None:
    """The month of entry; none for those who were there from the beginning."""
    return first_day_of(end) if end > BASE else None


def _add_members(cells: Cells, window: Windows, month: int) -> None:
    """Whoever is delivered: all who are there, and own-account members whose payment is overdue."""
    ends = list(range(BASE, month + 1)) if month > BASE else [month]
    for place in range(len(window.low[month])):
        for end, first, last in window.runs(month, place, ends):
            for state in _delivered(window.stream, month, end, place):
                found = in_state(window.stream, month, end, state, by_budget=follows_budget(place))
                cells.add(place, window.stream, (first, last), found, state=state, entered=_entry(end))


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
                cells.add(place, stream, (first, last), both(there, of), state=ENDED, entered=_entry(end))


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
            last, begins = window.high[end][place], _entry(end)
            cells.add(place, "PU", (reached, last), _DUAL, membership=1, segment="BPU", entered=begins)
            cells.add(place, "PU", (max(reached, low), last), _SECOND, membership=2, entered=begins)
            reached = max(reached, last)
        _add_continuing(cells, window, month, place, first)


def _add_continuing(cells: Cells, window: Windows, month: int, place: int, first: int) -> None:
    """Former wage earners, from the number `first` on, who became own-account members when they left."""
    low = window.low[month][place]
    for begun in range(max(BASE + 1, month - 12), month + 1):
        run = (max(first, window.low[begun - 1][place]), min(low, window.low[begun][place]))
        cells.add(place, "PU", run, _CONTINUING, membership=1, segment="BPU", entered=first_day_of(begun))


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


def turn(period: pl.Expr, place: pl.Expr, idx: pl.Expr) -> pl.Expr:
    """The turn of a person, of the columns of a skeleton."""
    return (idx + place * PHASE_STEP % period) % period


def holds_several(rows_turn: pl.Expr) -> pl.Expr:
    """Whether a wage earner with this turn holds two memberships, now or after leaving the employer."""
    return (rows_turn % 100).is_in([each % 100 for each in continuing().turns[:3]]) | rows_turn.is_in(_SECOND.turns)


def is_dual(rows_turn: pl.Expr) -> pl.Expr:
    """Whether a wage earner with this turn is an own-account member too."""
    return rows_turn.is_in(_DUAL.turns)


def spare_persons(place: int, employers: int, segments: Iterable[str], first: int) -> pl.DataFrame:
    """Skeletons of persons beside the plan, to be planted as defects; they are numbered through the whole nation."""
    shown = list(segments)
    count = len(shown)
    return pl.DataFrame(
        {
            "row": [None] * count, "place": [place] * count, "stream": [STREAMS.index("spare")] * count,
            "membership": [0] * count, "segment": shown, "entered": [None] * count, "state": [HERE] * count,
            "period": [1] * count, "employers": [employers] * count, "idx": range(first, first + count),
        },
        schema={"row": pl.Int64(), **{name: CELL.get(name, pl.Int64()) for name in PERSON}, "idx": pl.Int64()},
    )  # fmt: skip
