"""Row plans: the rows of a month as ranges of numbered persons, so that any row can be built from its row number alone.

Belongs here: the strata, the ranges and the person of a row. Not here: which ranges a month has (`month_plan`, `debtors`).
A range holds, of the consecutive persons of a regency and stratum, those whose residue is in a set.
"""

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from simulator.population.absences import PRESENT
from simulator.population.residues import OFFSET_STEP, ResidueSet

# Every person belongs to one stratum and has a number within stratum and regency, which stays from month to month.
STRATA = ("PU", "JAKON", "BPU", "PMI", "grace", "lapsed", "ended", "spare", "outsider", "subsidised")
SEGMENT_OF = {"PU": "PU", "JAKON": "JAKON", "BPU": "BPU", "PMI": "PMI", "subsidised": "BPU"}
_BLOCKS, _SMALLEST_BLOCK = 1_000, 500  # members are mixed in blocks of at least so many rows

# `membership` numbers the memberships of a person, `state` is one of `absences`, `recruited` is true by outreach.
_RANGE = {
    "regency": pl.Int64(),
    "stratum": pl.Int64(),
    "membership": pl.Int64(),
    "segment": pl.String(),
    "entry_month": pl.Date(),
    "recruited": pl.Boolean(),
    "state": pl.Int64(),
    "modulus": pl.Int64(),
    "residues_start": pl.Int64(),
    "residues_count": pl.Int64(),
    "first_rank": pl.Int64(),
    "count": pl.Int64(),
}
_PERSON = ("regency", "stratum", "membership", "segment", "entry_month", "recruited", "state", "modulus", "employers")


@dataclass(frozen=True)
class RowPlan:
    """Ranges in the order of regencies; `first_row` is the number of the first row of a range."""

    ranges: pl.DataFrame
    residues: pl.Series
    rows: int

    def persons(self, row_numbers: pl.Series) -> pl.DataFrame:
        """The persons of the rows with these ascending numbers, one per row, with their `person_number`."""
        rows = pl.DataFrame({"row": row_numbers.cast(pl.Int64)})
        found = rows.join_asof(self.ranges, left_on="row", right_on="first_row", strategy="backward")
        count = pl.col("residues_count")
        rank = pl.col("first_rank") + pl.col("row") - pl.col("first_row")
        residue = pl.lit(self.residues).gather(pl.col("residues_start") + rank % count)
        person_number = rank // count * pl.col("modulus") + residue - _regency_offset()
        return found.select("row", *_PERSON, person_number.alias("person_number"))


@dataclass
class RowPlanBuilder:
    """Collects the ranges of a row plan."""

    _rows: list[tuple[object, ...]] = field(default_factory=list)
    _residues: list[int] = field(default_factory=list)
    _starts: dict[ResidueSet, int] = field(default_factory=dict)

    def add(
        self,
        regency: int,
        stratum: str,
        numbers: tuple[int, int],
        residues: ResidueSet,
        *,
        state: int = PRESENT,
        entry_month: date | None = None,
        recruited: bool = False,
        membership: int = 0,
        segment: str | None = None,
    ) -> None:
        """Add the persons of the range of numbers [first, end) that have one of the residues."""
        count = residues.count(*numbers, regency)
        if not count:
            return
        if residues not in self._starts:
            self._starts[residues] = len(self._residues)
            self._residues += residues.residues
        person = (
            regency,
            STRATA.index(stratum),
            membership,
            segment or SEGMENT_OF[stratum],
            entry_month,
            recruited,
            state,
        )
        first_rank = residues.count_below(numbers[0], regency)
        position = (residues.modulus, self._starts[residues], len(residues.residues), first_rank, count)
        self._rows.append((*person, *position))

    def build(self, employers: list[int], *, mixed: bool) -> RowPlan:
        """The row plan. `mixed`: the rows of a regency are mixed, so that each file has members of every kind."""
        frame = pl.DataFrame(self._rows, schema=_RANGE, orient="row")
        ranges = frame.with_columns(pl.lit(pl.Series(employers)).gather("regency").alias("employers"))
        ranges = _mixed(ranges) if mixed else ranges.with_columns(pl.lit(0).alias("block"))
        person = ("stratum", "membership", "segment", "entry_month", "recruited", "state")
        ordered = ranges.sort("regency", "block", *person, "residues_start", "first_rank").drop("block")
        numbered = ordered.with_columns((pl.col("count").cum_sum() - pl.col("count")).alias("first_row"))
        residues = pl.Series(self._residues, dtype=pl.Int64)
        return RowPlan(numbered.set_sorted("first_row"), residues, int(numbered["count"].sum()))


def _mixed(ranges: pl.DataFrame) -> pl.DataFrame:
    """Every range cut into blocks, so that each file of a large city has all kinds of members."""
    per_block = max(_SMALLEST_BLOCK, int(ranges["count"].sum()) // _BLOCKS)
    blocks = (pl.col("count").sum().over("regency") // per_block + 1).alias("blocks")
    parts = ranges.with_columns(blocks).with_columns(pl.int_ranges("blocks").alias("block")).explode("block")
    start = pl.col("count") * pl.col("block") // pl.col("blocks")
    end = pl.col("count") * (pl.col("block") + 1) // pl.col("blocks")
    cut = parts.with_columns((pl.col("first_rank") + start).alias("first_rank"), (end - start).alias("count"))
    return cut.filter(pl.col("count") > 0).drop("blocks")


def _regency_offset() -> pl.Expr:
    return pl.col("regency") * OFFSET_STEP % pl.col("modulus")


def residue_of_person() -> pl.Expr:
    """The residue of each person of a row plan."""
    return ((pl.col("person_number") + _regency_offset()) % pl.col("modulus")).alias("residue")


def spare_persons(regency: int, employers: int, segments: list[str], first_number: int) -> pl.DataFrame:
    """Persons that are in no row plan, for planted defects. Their numbers are unique in the nation."""
    constants = {
        "row": None,
        "regency": regency,
        "stratum": STRATA.index("spare"),
        "membership": 0,
        "state": PRESENT,
        "modulus": 1,
        "employers": employers,
    }
    numbers = range(first_number, first_number + len(segments))
    schema = {"segment": pl.String(), "person_number": pl.Int64()}
    return pl.DataFrame({"segment": segments, "person_number": numbers}, schema=schema).with_columns(
        *(pl.lit(value, pl.Int64()).alias(name) for name, value in constants.items()),
        pl.lit(None, pl.Date()).alias("entry_month"),
        pl.lit(value=False).alias("recruited"),
    )
