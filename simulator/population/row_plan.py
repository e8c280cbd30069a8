"""Runs of numbered persons as cells in order, so that any row of a plan can be drawn up by its number.

Belongs here: cells (a regency, a stream of persons, a run of their numbers), the streams, and the skeleton of a row. Does not
belong here: which cells a month has (`plan`, `debtors`).
A cell takes from a run of numbers those whose turn is of one class: its rows count on in that class.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from simulator.population.absences import HERE
from simulator.population.residues import PHASE_STEP, Class

# Every person belongs to one stream and is numbered within stream and place; the number outlives the month.
STREAMS = ("PU", "JAKON", "BPU", "PMI", "grace", "lapsed", "ended", "spare", "outsider", "subsidised")
SEGMENT_OF = {"PU": "PU", "JAKON": "JAKON", "BPU": "BPU", "PMI": "PMI", "subsidised": "BPU"}
_BLOCKS, _LEAST_BLOCK = 1_000, 500  # members are mixed in blocks of so many rows at least

CELL = {
    "place": pl.Int64(), "stream": pl.Int64(), "membership": pl.Int64(), "segment": pl.String(), "entered": pl.Date(),
    "won": pl.Boolean(), "state": pl.Int64(), "period": pl.Int64(), "start": pl.Int64(), "size": pl.Int64(), "first": pl.Int64(),
    "count": pl.Int64(),
}  # fmt: skip
PERSON = ("place", "stream", "membership", "segment", "entered", "won", "state", "period", "employers")


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
        entered: date | None = None, won: bool = False, membership: int = 0, segment: str | None = None,
    ) -> None:  # fmt: skip
        """A cell of the numbers of the run that are of the class; `won` by outreach."""
        count = of.count(*numbers, place)
        if not count:
            return
        if of not in self._starts:
            self._starts[of] = len(self.turns)
            self.turns += of.turns
        shown = segment or SEGMENT_OF[stream]
        where = (of.period, self._starts[of], len(of.turns), of.rank(numbers[0], place))
        self.rows.append((place, STREAMS.index(stream), membership, shown, entered, won, state, *where, count))

    def plan(self, employers: list[int], *, mixed: bool) -> Plan:
        """The plan of these cells."""
        frame = pl.DataFrame(self.rows, schema=CELL, orient="row")
        cells = frame.with_columns(pl.lit(pl.Series(employers)).gather("place").alias("employers"))
        cells = _mixed(cells) if mixed else cells.with_columns(pl.lit(0).alias("block"))
        order = ("place", "block", "stream", "membership", "segment", "entered", "won", "state", "start", "first")
        ordered = cells.sort(*order).drop("block")
        placed = ordered.with_columns((pl.col("count").cum_sum() - pl.col("count")).alias("offset"))
        return Plan(placed.set_sorted("offset"), pl.Series(self.turns, dtype=pl.Int64), int(placed["count"].sum()))


def _mixed(cells: pl.DataFrame) -> pl.DataFrame:
    """Every cell in parts, so that each file of a large city has all kinds of members."""
    per_block = max(_LEAST_BLOCK, int(cells["count"].sum()) // _BLOCKS)
    blocks = (pl.col("count").sum().over("place") // per_block + 1).alias("blocks")
    parts = cells.with_columns(blocks).with_columns(pl.int_ranges("blocks").alias("block")).explode("block")
    begins = pl.col("count") * pl.col("block") // pl.col("blocks")
    ends = pl.col("count") * (pl.col("block") + 1) // pl.col("blocks")
    cut = parts.with_columns((pl.col("first") + begins).alias("first"), (ends - begins).alias("count"))
    return cut.filter(pl.col("count") > 0).drop("blocks")


def turn(period: pl.Expr, place: pl.Expr, idx: pl.Expr) -> pl.Expr:
    """The turn of a person, of the columns of a skeleton."""
    return (idx + place * PHASE_STEP % period) % period


def spare_persons(place: int, employers: int, segments: Iterable[str], first: int) -> pl.DataFrame:
    """Skeletons of persons beside the plan, to be planted as defects; they are numbered through the whole nation."""
    shown = list(segments)
    count = len(shown)
    return pl.DataFrame(
        {
            "row": [None] * count, "place": [place] * count, "stream": [STREAMS.index("spare")] * count,
            "membership": [0] * count, "segment": shown, "entered": [None] * count,
            "won": [False] * count, "state": [HERE] * count,
            "period": [1] * count, "employers": [employers] * count, "idx": range(first, first + count),
        },
        schema={"row": pl.Int64(), **{name: CELL.get(name, pl.Int64()) for name in PERSON}, "idx": pl.Int64()},
    )  # fmt: skip
