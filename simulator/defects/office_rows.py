"""The enrolment rows of one office, with planted defects among them.

Belongs here: choosing the rows that are damaged, copied or contradicted. Not here: how many (`defect_schedule`), text and
files (`delivery.enrolment_files`).
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from simulator.defects.defect import damage_values
from simulator.defects.defect_schedule import OfficeDefects, PlantedDefect
from simulator.defects.enrolment_defects import DEFECTS, ROW_KINDS, needs_spare_person
from simulator.memberships.membership_rows import membership_rows
from simulator.months import first_day
from simulator.offices.offices import Office
from simulator.payments.payment_rows import is_late
from simulator.population.absences import PRESENT, movers
from simulator.population.debtors import is_debtor
from simulator.population.month_plan import has_several_memberships
from simulator.population.row_plan import STRATA, RowPlan, spare_persons
from simulator.pseudorandom import random_bits

_LABEL = {"defect": pl.String(), "ordinal": pl.Int64()}  # the rule, and the number among all its defects in the nation


@dataclass(frozen=True)
class EnrolmentMonth:
    """The common inputs of all offices of a month; `defects` by the number of the office."""

    plan: RowPlan
    defects: dict[int, OfficeDefects]
    month: int
    seed: int

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return first_day(self.month)


@dataclass(frozen=True)
class OfficeRows:
    """The typed rows of a file, by what happens to them; `row` is their order in the file."""

    original: pl.DataFrame  # before any defect
    intact: pl.DataFrame
    damaged: pl.DataFrame  # with `defect`
    copies: pl.DataFrame
    conflicting: pl.DataFrame
    ragged: pl.DataFrame  # rows without defects, from which broken lines are written

    @property
    def accepted(self) -> pl.DataFrame:
        """The memberships that the pipeline must accept. It takes their activity from the employer, despite the damage."""
        accepted = self.damaged.filter(pl.col("stratum") != STRATA.index("spare")).drop("kbli")
        with_activity = accepted.join(self.original.select("row", "kbli"), on="row", how="left", maintain_order="left")
        return pl.concat([self.intact, with_activity.select(self.intact.columns)])


def office_rows(office: Office, month: EnrolmentMonth) -> OfficeRows:
    """All rows of the office's file."""
    planted = month.defects[office.number]
    original = _original_rows(office, month, len(office.rows))
    labels, extra_labels = _labels_of_rows(original, office, month), _extra_labels(planted)
    segments = [DEFECTS[rule].row_kind for rule in extra_labels["defect"]]
    spare = _spare_rows(office, [*segments, *["PU"] * (planted.ragged + planted.conflicts)], planted.first_spare, month)
    extra = spare.head(len(segments)).with_columns(extra_labels)
    chosen = original.join(labels, on="row", how="inner", maintain_order="left")
    copies = pl.concat([_copies_of_other_office(original, planted, month), original.tail(planted.same_file_copies)])
    return OfficeRows(
        original=original,
        intact=original.join(labels, on="row", how="anti", maintain_order="left"),
        damaged=pl.concat([_damaged(chosen, month), _scattered(_damaged(extra, month), office)]),
        copies=_scattered(copies, office),
        conflicting=_scattered(_conflicting(spare.tail(planted.conflicts), planted, month), office),
        ragged=spare.slice(len(segments), planted.ragged),
    )


def _original_rows(office: Office, month: EnrolmentMonth, count: int) -> pl.DataFrame:
    numbers = pl.int_range(office.rows.start, office.rows.start + count, eager=True)
    rows = membership_rows(month.plan.persons(numbers), month.month, month.seed)
    return rows.with_columns(pl.lit(office.code).alias("office_code"))


def _labels_of_rows(original: pl.DataFrame, office: Office, month: EnrolmentMonth) -> pl.DataFrame:
    """row, defect and ordinal of the calibrated rows to damage: evenly over the file, one defect per row."""
    defects, damageable = month.defects[office.number].defects, _damageable(original, office, month)
    chosen: list[tuple[int, str, int]] = []
    for kind, is_kind in ROW_KINDS.items():
        labels = _labels([planted for planted in defects if DEFECTS[planted.rule].row_kind == kind])
        rows = damageable.filter(is_kind)["row"] if labels else damageable["row"].head(0)
        if len(rows) < len(labels):
            raise ValueError(f"file {office.code} has {len(rows)} rows of kind {kind} for {len(labels)} defects")
        chosen += [(rows[(2 * i + 1) * len(rows) // (2 * len(labels))], *label) for i, label in enumerate(labels)]
    return pl.DataFrame(chosen, schema={"row": pl.Int64(), **_LABEL}, orient="row")


def damageable_rows(office: Office, month: EnrolmentMonth, kind: str) -> pl.Series:
    """The row numbers of a kind that may be damaged in the office's file."""
    original = _original_rows(office, month, len(office.rows))
    return _damageable(original, office, month).filter(ROW_KINDS[kind])["row"]


def _damageable(original: pl.DataFrame, office: Office, month: EnrolmentMonth) -> pl.DataFrame:
    planted = month.defects[office.number]
    first, end = office.rows.start + planted.copied_elsewhere, office.rows.stop - planted.same_file_copies
    return original.filter(pl.col("row").is_between(first, end, closed="left") & ~_must_stay_intact(month))


def _must_stay_intact(month: EnrolmentMonth) -> pl.Expr:
    """Whether another extract or the true flows depend on the identity, dues, payer or home of the row."""
    stratum, residue = pl.col("stratum"), pl.col("residue")
    several = (stratum == STRATA.index("PU")) & has_several_memberships(residue)
    moves = residue.is_in([each for later in (0, 1) for each in movers("PU", month.month + later).residues])
    enters = pl.col("start_date") >= pl.lit(month.first_day)
    return (pl.col("state") != PRESENT) | several | is_debtor(stratum, residue) | is_late() | moves | enters


def _labels(defects: list[PlantedDefect]) -> list[tuple[str, int]]:
    """(rule, ordinal) of each planted row."""
    return [(planted.rule, planted.first + i) for planted in defects for i in range(planted.count)]


def _extra_labels(planted: OfficeDefects) -> pl.DataFrame:
    """Defect and ordinal of the spare persons to damage."""
    labels = _labels([defect for defect in planted.defects if needs_spare_person(DEFECTS[defect.rule])])
    return pl.DataFrame(labels, schema=_LABEL, orient="row")


def _spare_rows(office: Office, segments: list[str], first_number: int, month: EnrolmentMonth) -> pl.DataFrame:
    """Rows of persons outside the plan, numbered from `first_number`, who work in the regency of the office's first row."""
    first = month.plan.ranges.filter(pl.col("first_row") <= office.rows.start).tail(1)
    persons = spare_persons(first["regency"][0], first["employers"][0], segments, first_number)
    rows = membership_rows(persons, month.month, month.seed)
    return rows.with_columns(pl.lit(office.code).alias("office_code"))


def _damaged(labelled: pl.DataFrame, month: EnrolmentMonth) -> pl.DataFrame:
    return damage_values(labelled.with_columns(pl.lit(month.first_day).alias("month")), DEFECTS).drop("month")


def _copies_of_other_office(original: pl.DataFrame, planted: OfficeDefects, month: EnrolmentMonth) -> pl.DataFrame:
    """Rows of another office that this office delivers too, exactly as the other office reports them."""
    return _original_rows(planted.copied_from, month, planted.copies) if planted.copied_from else original.head(0)


def _conflicting(spare: pl.DataFrame, planted: OfficeDefects, month: EnrolmentMonth) -> pl.DataFrame:
    """Spare persons, with the membership numbers that another office gives to its own spare persons, if one is named."""
    if planted.conflict_with is None:
        return spare
    other = month.defects[planted.conflict_with.number]
    first_number = other.first_spare + _extra_labels(other).height + other.ragged
    others = _spare_rows(planted.conflict_with, ["PU"] * other.conflicts, first_number, month)
    return spare.with_columns(others["membership_id"])


def _scattered(rows: pl.DataFrame, office: Office) -> pl.DataFrame:
    """The rows at arbitrary positions of the file, never the first."""
    position = office.rows.start + 1 + random_bits(pl.int_range(pl.len()), 17) % max(1, len(office.rows) - 1)
    return rows.with_columns(position.alias("row"))
