"""The rows of one office: its own, and the ones planted among them.

Belongs here: choosing victims, and persons beside the plan. Does not belong here: text and files (`enrolments`).
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from simulator.defects.defect import damaged
from simulator.defects.defect_schedule import Load, Planted
from simulator.defects.enrolment_defects import CALIBRATED, DEFECTS, is_spare
from simulator.memberships.membership_rows import draw_up
from simulator.months import first_day
from simulator.offices.offices import Office
from simulator.payments.payment_rows import is_late
from simulator.population.absences import HERE, moving
from simulator.population.debtors import is_debtor
from simulator.population.month_plan import holds_several
from simulator.population.row_plan import STREAMS, Plan, spare_persons
from simulator.pseudorandom import random_bits

_LABEL = {"defect": pl.String(), "ordinal": pl.Int64()}


@dataclass(frozen=True)
class Nation:
    """What all offices of a month have in common."""

    plan: Plan
    loads: dict[int, Load]
    month: int
    seed: int

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return first_day(self.month)


@dataclass(frozen=True)
class OfficeRows:
    """Typed rows of a file, by what becomes of them; `row` is their order in the file."""

    own: pl.DataFrame  # before anything was planted
    intact: pl.DataFrame
    harmed: pl.DataFrame  # with `defect`
    copies: pl.DataFrame
    conflicting: pl.DataFrame
    ragged: pl.DataFrame  # good rows, of which broken lines are made

    @property
    def accepted(self) -> pl.DataFrame:
        """The memberships that the pipeline must accept, with what the damage left; the employer knows the activity."""
        mild = self.harmed.filter(pl.col("stream") != STREAMS.index("spare")).drop("kbli")
        known = mild.join(self.own.select("row", "kbli"), on="row", how="left", maintain_order="left")
        return pl.concat([self.intact, known.select(self.intact.columns)])


def rows_of(office: Office, nation: Nation) -> OfficeRows:
    """All rows that the office's file holds."""
    load = nation.loads[office.number]
    own = _own_rows(office, nation, office.rows)
    victims = _victims(own, office, nation)
    spare = _spare_of(office, [*_extra_victims(load), *["PU"] * (load.ragged + load.conflicts)], load.spare, nation)
    extra, ragged = spare.head(len(_extra_victims(load))), spare.tail(load.ragged + load.conflicts).head(load.ragged)
    beside = _scattered(_harmed(extra, _extra_labels(extra, load), nation), office)
    copies = pl.concat([_borrowed(own, load, nation), own.tail(load.same_file_copies)])
    return OfficeRows(
        own=own,
        intact=own.join(victims, on="row", how="anti", maintain_order="left"),
        harmed=pl.concat([_harmed(own, victims, nation), beside]),
        copies=_scattered(copies, office),
        conflicting=_scattered(_conflicting(spare.tail(load.conflicts), load, nation), office),
        ragged=ragged,
    )


def _own_rows(office: Office, nation: Nation, count: int) -> pl.DataFrame:
    numbers = pl.int_range(office.first, office.first + count, eager=True)
    rows = draw_up(nation.plan.draw_up(numbers), nation.month, nation.seed)
    return rows.with_columns(pl.lit(office.code).alias("office_code"))


def _victims(own: pl.DataFrame, office: Office, nation: Nation) -> pl.DataFrame:
    """row, defect and ordinal of the calibrated rows to be damaged: evenly over the file, one defect a row."""
    load, free = nation.loads[office.number], _free(own, office, nation)
    chosen: list[tuple[int, str, int]] = []
    for kind, wanted in CALIBRATED.items():
        wishes = [wish for wish in _labels(load.defects) if DEFECTS[wish[0]].victim == kind]
        rows = free.filter(wanted)["row"] if wishes else free["row"].head(0)
        if len(rows) < len(wishes):
            raise ValueError(f"file {office.code} has {len(rows)} rows of kind {kind}, {len(wishes)} are to be damaged")
        chosen += [(rows[(2 * i + 1) * len(rows) // (2 * len(wishes))], *wish) for i, wish in enumerate(wishes)]
    return pl.DataFrame(chosen, schema={"row": pl.Int64(), **_LABEL}, orient="row")


def free_rows(office: Office, nation: Nation, kind: str) -> pl.Series:
    """The rows of a kind that may be damaged in the office's file."""
    return _free(_own_rows(office, nation, office.rows), office, nation).filter(CALIBRATED[kind])["row"]


def _free(own: pl.DataFrame, office: Office, nation: Nation) -> pl.DataFrame:
    load = nation.loads[office.number]
    lent, copied = office.first + load.lent, office.first + office.rows - load.same_file_copies
    return own.filter(pl.col("row").is_between(lent, copied, closed="left") & ~_spared(nation))


def _spared(nation: Nation) -> pl.Expr:
    """Rows on whose identity, dues, payer or home another extract or the truth about flows rests."""
    stream, turn = pl.col("stream"), pl.col("turn")
    several = (stream == STREAMS.index("PU")) & holds_several(turn)
    mover = turn.is_in([each for month in (0, 1) for each in moving("PU", nation.month + month).turns])
    entering = pl.col("start_date") >= pl.lit(nation.first_day)
    return (pl.col("state") != HERE) | several | is_debtor(stream, turn) | is_late() | mover | entering


def _labels(planted: list[Planted]) -> list[tuple[str, int]]:
    """(rule, number among all of the rule in the nation) of each planted row."""
    return [(part.rule, part.first + i) for part in planted for i in range(part.count)]


def _extra(load: Load) -> list[Planted]:
    return [planted for planted in load.defects if is_spare(DEFECTS[planted.rule])]


def _extra_victims(load: Load) -> list[str]:
    return [DEFECTS[rule].victim for rule, _ in _labels(_extra(load))]


def _extra_labels(extra: pl.DataFrame, load: Load) -> pl.DataFrame:
    return pl.DataFrame(_labels(_extra(load)), schema=_LABEL, orient="row").with_columns(extra["idx"])


def _spare_of(office: Office, segments: list[str], first: int, nation: Nation) -> pl.DataFrame:
    """Persons beside the plan, numbered from `first`, who work where the office's first row does."""
    cell = nation.plan.cells.filter(pl.col("offset") <= office.first).tail(1)
    skeleton = spare_persons(cell["place"][0], cell["employers"][0], segments, first)
    drawn = draw_up(skeleton, nation.month, nation.seed)
    return drawn.with_columns(pl.lit(office.code).alias("office_code"))


def _harmed(rows: pl.DataFrame, labels: pl.DataFrame, nation: Nation) -> pl.DataFrame:
    key = "row" if "row" in labels.columns else "idx"
    chosen = rows.join(labels, on=key, how="inner", maintain_order="left")
    return damaged(chosen.with_columns(pl.lit(nation.first_day).alias("month")), DEFECTS).drop("month")


def _borrowed(own: pl.DataFrame, load: Load, nation: Nation) -> pl.DataFrame:
    """Rows of another office that this one delivers too, as that office reports them."""
    return _own_rows(load.copied_from, nation, load.copies) if load.copied_from else own.head(0)


def _conflicting(mine: pl.DataFrame, load: Load, nation: Nation) -> pl.DataFrame:
    """Spare persons; where another office is named, with the membership numbers that it gave to other persons."""
    if load.conflict_with is None:
        return mine
    other = nation.loads[load.conflict_with.number]
    first = other.spare + len(_extra_victims(other)) + other.ragged
    theirs = _spare_of(load.conflict_with, ["PU"] * other.conflicts, first, nation)
    return mine.with_columns(theirs["membership_id"])


def _scattered(rows: pl.DataFrame, office: Office) -> pl.DataFrame:
    """The rows at arbitrary places of the file, never the first."""
    place = office.first + 1 + random_bits(pl.int_range(pl.len()), 17) % max(1, office.rows - 1)
    return rows.with_columns(place.alias("row"))
