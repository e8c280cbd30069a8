"""Payments of contributions: which memberships pay in the month, for which months, how much and on which day.

Belongs here: the rows of the extract for good memberships. Does not belong here: statutory amounts (`rates`), the truth
about dues and arrears (`compliance`), files.
A wage earner's employer pays one month a month, as late as the membership always is; an own-account worker pays when a
paid period begins, for all of it. A few of those who pay for a year pay in the month before, in its first days, so that the
delivery of two months before shows the payment. Projects and contracts abroad are not paid by the month.
"""

import polars as pl

from schemas.extracts.contributions import CONTRIBUTIONS, LONGEST_PREPAYMENT, PAID_AFTER_MONTHS
from simulator.memberships.coverage_periods import months_at_once, of_stream
from simulator.months import first_day, first_days, month_indices
from simulator.payments.statutory_rates import ceiling, dues
from simulator.pseudorandom import random_bits

_LATE, _UNDERPAID = 300, 200  # one in so many memberships
_EARLY = 4  # one in so many of those who pay for a year
_LATE_PURPOSE, _UNDERPAID_PURPOSE, _DAY_PURPOSE, _EARLY_PURPOSE = 31, 32, 33, 34
_AHEAD = (
    PAID_AFTER_MONTHS + 1
)  # months from the delivery to the year: paid at most a year ahead, and delivered once paid
_LOWEST_INCOME = 1_000_000  # what is taken where an own-account worker declared none
_UNITED = {"jht": "jkk+jkm+jht", "none": "jkk+jkm"}


def is_late() -> pl.Expr:
    """Whether the membership's payments come after the due date though it is in no arrears."""
    return random_bits(pl.col("chance"), _LATE_PURPOSE) % _LATE == 0


def _pays_early() -> pl.Expr:
    """Whether the membership's years are paid in the month before."""
    yearly = of_stream("BPU") & (months_at_once(pl.col("turn")) == LONGEST_PREPAYMENT)
    return yearly & (random_bits(pl.col("chance"), _EARLY_PURPOSE) % _EARLY == 0)


def paid_early(month: int) -> pl.Expr:
    """Whether the year that begins with the month is shown as paid by an earlier delivery: for members of that time."""
    was_there = pl.col("start_date") < first_day(month - _AHEAD + 1)
    return _pays_early() & was_there & (pl.col("span") == LONGEST_PREPAYMENT)


def paying(rows: pl.DataFrame, month: int) -> pl.DataFrame:
    """The memberships (drawn up, undamaged) of the month's payments, with `paid_for`: the first month they pay for."""
    through = month_indices("paid_through")
    open_ended = pl.col("end_date").is_null() | (
        pl.col("end_date") > pl.lit(first_day(month + 1)) - pl.duration(days=1)
    )
    employed = (pl.col("segment") == "PU") & open_ended & (through >= month - 3)
    own = (pl.col("segment") == "BPU") & (through - pl.col("span") + 1 == month) & ~paid_early(month)
    early = _pays_early() & (through == month + _AHEAD - 1)
    first = pl.when(pl.col("segment") == "PU").then(through).when(early).then(month + _AHEAD).otherwise(month)
    return rows.filter(employed | own | early).with_columns(first.alias("paid_for"))


def payments(rows: pl.DataFrame, month: int) -> pl.DataFrame:
    """The extract's rows, typed, in the order of the memberships, for these memberships."""
    income = pl.when(pl.col("segment") == "BPU").then(pl.col("wage_idr").fill_null(_LOWEST_INCOME))
    payers = paying(rows, month).with_columns(income.otherwise(pl.col("wage_idr")).alias("income"))
    costed = [group.with_columns(*dues(int(str(paid_for)), "income"), pl.lit(ceiling(int(str(paid_for)))).alias("ceiling"))
              for (paid_for,), group in payers.group_by("paid_for", maintain_order=True)]  # fmt: skip
    if not costed:
        return pl.DataFrame(schema=CONTRIBUTIONS.storage)
    dated = pl.concat(costed).with_columns(
        _months(month), _paid_on(month), first_days(pl.col("paid_for")).alias("month_from")
    )
    billed = pl.concat(_bills(dated)).sort("row", "part")
    return billed.with_columns(_paid()).select(CONTRIBUTIONS.names)


def _months(month: int) -> pl.Expr:
    own = pl.when(_is_ahead(month)).then(LONGEST_PREPAYMENT).otherwise(pl.col("span"))
    return pl.when(pl.col("segment") == "BPU").then(own).otherwise(1).alias("months")


def _is_ahead(month: int) -> pl.Expr:
    return pl.col("paid_for") > month


def _paid_on(month: int) -> pl.Expr:
    """In time: by the 15th. Arrears and the late: never before the 18th, when even a Monday's due date has passed."""
    chance, this, following = random_bits(pl.col("chance"), _DAY_PURPOSE), first_day(month), first_day(month + 1)
    own = pl.lit(this) + pl.duration(days=pl.when(is_late()).then(17 + chance % 8).otherwise(chance % 15))
    behind = pl.lit(this) + pl.duration(days=17 + chance % 24)
    in_turn = pl.lit(following) + pl.duration(days=pl.when(is_late()).then(17 + chance % 8).otherwise(chance % 15))
    ahead = pl.lit(first_day(month + PAID_AFTER_MONTHS)) + pl.duration(days=chance % 5)
    employed = pl.when(pl.col("paid_for") < month).then(behind).otherwise(in_turn)
    by_themselves = pl.when(_is_ahead(month)).then(ahead).otherwise(own)
    return pl.when(pl.col("segment") == "BPU").then(by_themselves).otherwise(employed).alias("paid_on")


def _bills(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """One row for the package; three where a pension is paid, whose wage ends at the ceiling."""
    split = rows.filter("jp")
    package = pl.when("jht").then(pl.lit(_UNITED["jht"])).otherwise(pl.lit(_UNITED["none"]))
    injury_death = pl.col("due_jkk") + pl.col("due_jkm")
    capped = pl.min_horizontal("wage_idr", "ceiling")
    parts = [
        (rows.filter(~pl.col("jp")), package, injury_death + pl.col("due_jht"), pl.col("wage_idr")),
        (split, pl.lit(_UNITED["none"]), injury_death, pl.col("wage_idr")),
        (split.filter("jht"), pl.lit("jht"), pl.col("due_jht"), pl.col("wage_idr")),
        (split, pl.lit("jp"), pl.col("due_jp"), capped),
    ]
    return [
        part.with_columns(
            programme.alias("programme"), due.alias("due"), base.alias("wage_base_idr"), pl.lit(place).alias("part")
        )
        for place, (part, programme, due, base) in enumerate(parts)
    ]


def _paid() -> pl.Expr:
    """What is due for all months; a tenth less where the employer always pays too little."""
    whole = pl.col("due") * pl.col("months")
    short = (pl.col("segment") == "PU") & (random_bits(pl.col("chance"), _UNDERPAID_PURPOSE) % _UNDERPAID == 0)
    return pl.when(short).then(whole * 9 // 10).otherwise(whole).alias("amount_idr")
