"""The plan of a month: which memberships exist, as runs of numbered persons; any row can be drawn up by its number.

Belongs here: cells (a regency, a stream of persons, a run of their numbers) and their order. Does not belong here:
what a membership looks like, files.
"""

from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from pipelines.simulator.calibration import by_place, employers_by_place, history, national, scaled
from pipelines.simulator.draws import apportion, first_day_of

# Every person belongs to one stream and is numbered within stream and place; the number outlives the month.
STREAMS = ("PU", "JAKON", "BPU", "PMI", "grace", "lapsed", "ended", "spare")
SUBSIDISED_PERCENT = 30  # 2.97 of 9.9 million (Ombudsman, December 2024)
_GRACE_PERCENT, _LAPSED_PERMILLE, _ENDED_PERMILLE = 2, 5, 5
_BLOCKS, _LEAST_BLOCK = 1_000, 500  # members are mixed in blocks of so many rows at least
_DUAL_STRIDE, _SECOND_STRIDE, _SECOND_OFFSET = 100, 300, 7

CELL = {
    "place": pl.Int64(), "stream": pl.Int64(), "membership": pl.Int64(), "segment": pl.String(), "first": pl.Int64(),
    "stride": pl.Int64(), "count": pl.Int64(), "entered": pl.Date(), "subsidised": pl.Int64(), "employers": pl.Int64(),
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """Cells in the order of places, each with the row number `offset` at which it begins."""

    cells: pl.DataFrame
    rows: int

    def draw_up(self, numbers: pl.Series) -> pl.DataFrame:
        """The skeletons of the rows with these (ascending) numbers: their cell and the person's number `idx`."""
        wanted = pl.DataFrame({"row": numbers.cast(pl.Int64)})
        found = wanted.join_asof(self.cells, left_on="row", right_on="offset", strategy="backward")
        number = pl.col("first") + (pl.col("row") - pl.col("offset")) * pl.col("stride")
        return found.with_columns(number.alias("idx")).drop("first", "stride", "count", "offset")


def plan_month(month: int, scale: float) -> Plan:
    """All memberships of the month at the scale, apart from planted ones."""
    employers = employers_by_place(scale)
    parts = [_protected(segment, month, scale) for segment in ("PU", "JAKON", "BPU", "PMI")]
    parts += [_second_memberships(parts[0]), _unprotected(month, scale)]
    cells = pl.concat(parts).with_columns(pl.lit(pl.Series(employers)).gather("place").alias("employers"))
    ordered = _mixed(cells).sort("place", "block", "stream", "membership", "segment", "first").drop("block")
    placed = ordered.with_columns((pl.col("count").cum_sum() - pl.col("count")).alias("offset"))
    return Plan(placed.set_sorted("offset"), int(placed["count"].sum()))


def _mixed(cells: pl.DataFrame) -> pl.DataFrame:
    """Every cell in parts, so that each file of a large city has all kinds of members."""
    per_block = max(_LEAST_BLOCK, int(cells["count"].sum()) // _BLOCKS)
    blocks = (pl.col("count").sum().over("place") // per_block + 1).alias("blocks")
    parts = cells.with_columns(blocks).with_columns(pl.int_ranges("blocks").alias("block")).explode("block")
    begins = pl.col("count") * pl.col("block") // pl.col("blocks")
    ends = pl.col("count") * (pl.col("block") + 1) // pl.col("blocks")
    first = pl.col("first") + begins * pl.col("stride")
    cut = parts.with_columns(first.alias("first"), (ends - begins).alias("count"))
    return cut.filter(pl.col("count") > 0).drop("blocks")


def has_second(stream: pl.Expr, place: pl.Expr, idx: pl.Expr) -> pl.Expr:
    """Whether the person holds two memberships."""
    turn = idx + _phase(place)
    return (stream == 0) & ((turn % _DUAL_STRIDE == 0) | (turn % _SECOND_STRIDE == _SECOND_OFFSET))


def _phase(place: pl.Expr) -> pl.Expr:
    return place * 37 % _SECOND_STRIDE


def _cells(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame([(*row, 1) for row in rows], schema=CELL, orient="row")


def _protected(segment: str, month: int, scale: float) -> pl.DataFrame:
    """Runs of persons by the month they entered in: a person is there while the count exceeds the person's number."""
    months = history(segment, month, scale)
    now = months[max(months)]
    subsidised = _subsidised(now) if segment == "BPU" else [0] * len(now)
    reached = [0] * len(now)
    rows: list[tuple[object, ...]] = []
    for index, counts in months.items():
        entered = None if index == min(months) else first_day_of(index)
        for place, count in enumerate(counts):
            upto = min(count, now[place])
            for first, last in _split(reached[place], upto, subsidised[place]):
                stream = STREAMS.index(segment)
                rows.append((place, stream, 0, segment, first, 1, last - first, entered, subsidised[place]))
            reached[place] = max(reached[place], count)
    return _cells(rows)


def _split(first: int, last: int, at: int) -> list[tuple[int, int]]:
    """The run in two where `at` lies within: subsidised persons, the first numbers, are spread over the files too."""
    ends = [first, at, last] if first < at < last else [first, last]
    return [(begin, end) for begin, end in pairwise(ends) if begin < end]


def _subsidised(counts: list[int]) -> list[int]:
    return apportion(round(sum(counts) * SUBSIDISED_PERCENT / 100), counts)


def _second_memberships(wage_earners: pl.DataFrame) -> pl.DataFrame:
    """Wage earners with a second membership: as own-account worker (1 in 100), or at another employer (1 in 300)."""
    totals = wage_earners.group_by("place", maintain_order=True).agg(pl.col("count").sum())
    rows: list[tuple[object, ...]] = []
    for place, persons in totals.iter_rows():
        phase = place * 37 % _SECOND_STRIDE
        kinds = (("BPU", _DUAL_STRIDE, -phase), ("PU", _SECOND_STRIDE, _SECOND_OFFSET - phase))
        for number, (segment, stride, start) in enumerate(kinds, start=1):
            first = start % stride
            rows.append((place, 0, number, segment, first, stride, len(range(first, persons, stride)), None, 0))
    return _cells(rows)


def _unprotected(month: int, scale: float) -> pl.DataFrame:
    """Persons beside the calibrated ones who are in grace, lapsed or ended; no figure counts them as protected."""
    now = national(month, scale)
    kinds = (
        ("grace", "BPU", now["BPU"] * _GRACE_PERCENT / 100),
        ("lapsed", "PU", now["PU"] * _LAPSED_PERMILLE / 1000),
        ("ended", "PU", now["PU"] * _ENDED_PERMILLE / 1000),
    )
    rows: list[tuple[object, ...]] = []
    for stream, segment, persons in kinds:
        for place, count in enumerate(by_place(segment, scaled(persons, 1))):
            rows.append((place, STREAMS.index(stream), 0, segment, 0, 1, count, None, 0))
    return _cells(rows)


def spare_persons(place: int, employers: int, segments: list[str], first: int) -> pl.DataFrame:
    """Skeletons of persons beside the plan, to be planted as defects; they are numbered through the whole nation."""
    count = len(segments)
    return pl.DataFrame(
        {
            "row": [None] * count, "place": [place] * count, "stream": [STREAMS.index("spare")] * count,
            "membership": [0] * count, "segment": segments, "entered": [None] * count, "subsidised": [0] * count,
            "employers": [employers] * count, "idx": range(first, first + count),
        },
        schema={"row": pl.Int64(), **{name: CELL[name] for name in CELL if name not in ("first", "stride", "count")},
                "idx": pl.Int64()},
    )  # fmt: skip
