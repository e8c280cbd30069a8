"""Rows of the contributions extract: which memberships pay in the month, for which months, how much and on which day.

Belongs here: payments without errors. Not here: amounts by law (`statutory_rates`), the truth about dues and arrears
(`compliance`).
The employer of a wage earner pays one month at a time, always equally late. An own-account member pays for a whole
period when it begins. A few of those who pay for a year pay in the first days of the month before the year, so that
the delivery of two months before has the payment. Projects and contracts abroad pay no monthly contributions.
"""

import polars as pl

from schemas.extracts.contributions import CONTRIBUTIONS, LONGEST_PREPAYMENT, PAID_AFTER_MONTHS
from simulator.memberships.coverage_periods import is_segment, is_stratum, prepaid_months
from simulator.months import first_day, first_days, month_indices
from simulator.payments.statutory_rates import pension_ceiling, statutory_dues
from simulator.pseudorandom import random_bits

_LATE_IN, _UNDERPAID_IN, _EARLY_IN = 300, 200, 4  # one in so many memberships; early: of those who pay for a year
_LATE_PURPOSE, _UNDERPAID_PURPOSE, _DAY_PURPOSE, _EARLY_PURPOSE = 31, 32, 33, 34
_EARLY_MONTHS = PAID_AFTER_MONTHS + 1  # months from the delivery of an early payment to the year it pays for
_LOWEST_INCOME = 1_000_000  # of an own-account member who declared none
_PACKAGE, _PACKAGE_WITH_JHT = "jkk+jkm", "jkk+jkm+jht"


def is_late() -> pl.Expr:
    """Whether the payments of the membership come after the due date although it is not in arrears."""
    return random_bits(pl.col("chance"), _LATE_PURPOSE) % _LATE_IN == 0


def _pays_early() -> pl.Expr:
    yearly = is_stratum("BPU") & (prepaid_months(pl.col("residue")) == LONGEST_PREPAYMENT)
    return yearly & (random_bits(pl.col("chance"), _EARLY_PURPOSE) % _EARLY_IN == 0)


def was_paid_early(month: int) -> pl.Expr:
    """Whether an earlier delivery has the payment for the year that begins with the month: only of members at that time."""
    was_member = pl.col("start_date") < first_day(month - _EARLY_MONTHS + 1)
    return _pays_early() & was_member & (pl.col("period_months") == LONGEST_PREPAYMENT)


def is_open_at_end(month: int) -> pl.Expr:
    """Whether the membership has not ended by the end of the month."""
    return pl.col("end_date").is_null() | (pl.col("end_date") >= pl.lit(first_day(month + 1)))


def paying_memberships(rows: pl.DataFrame, month: int) -> pl.DataFrame:
    """The memberships with a payment in the month, and `paid_for`, the index of the first month that it pays for."""
    through = month_indices("paid_through")
    employed = is_segment("PU") & is_open_at_end(month) & (through >= month - 3)
    own_account = is_segment("BPU") & (through - pl.col("period_months") + 1 == month) & ~was_paid_early(month)
    early = _pays_early() & (through == month + _EARLY_MONTHS - 1)
    paid_for = pl.when(is_segment("PU")).then(through).when(early).then(month + _EARLY_MONTHS).otherwise(month)
    return rows.filter(employed | own_account | early).with_columns(paid_for.alias("paid_for"))


def payment_rows(rows: pl.DataFrame, month: int) -> pl.DataFrame:
    """The typed payments of these memberships, in their order: one row per membership and programme that is paid apart."""
    income = pl.when(is_segment("BPU")).then(pl.col("wage_idr").fill_null(_LOWEST_INCOME)).otherwise(pl.col("wage_idr"))
    paying = paying_memberships(rows, month).with_columns(income.alias("income"))
    with_dues = [
        group.with_columns(*statutory_dues(int(str(paid_for)), "income"), ceiling=pension_ceiling(int(str(paid_for))))
        for (paid_for,), group in paying.group_by("paid_for", maintain_order=True)
    ]
    if not with_dues:
        return pl.DataFrame(schema=CONTRIBUTIONS.storage)
    months = pl.when(_is_ahead(month)).then(LONGEST_PREPAYMENT).otherwise(pl.col("period_months"))
    dated = pl.concat(with_dues).with_columns(
        pl.when(is_segment("BPU")).then(months).otherwise(1).alias("months"),
        _paid_on(month),
        first_days(pl.col("paid_for")).alias("month_from"),
    )
    split = pl.concat(_split_by_programme(dated)).sort("row", "part")
    return split.with_columns(_amount()).select(CONTRIBUTIONS.names)


def _is_ahead(month: int) -> pl.Expr:
    return pl.col("paid_for") > month


def _paid_on(month: int) -> pl.Expr:
    """In time is by the 15th; late payments and arrears come from the 18th, after the due date even if it is moved to a Monday."""
    chance = random_bits(pl.col("chance"), _DAY_PURPOSE)
    day = pl.duration(days=pl.when(is_late()).then(17 + chance % 8).otherwise(chance % 15))
    this_month, next_month = pl.lit(first_day(month)), pl.lit(first_day(month + 1))
    early = pl.lit(first_day(month + PAID_AFTER_MONTHS)) + pl.duration(days=chance % 5)
    arrears = this_month + pl.duration(days=17 + chance % 24)
    employed = pl.when(pl.col("paid_for") < month).then(arrears).otherwise(next_month + day)
    own_account = pl.when(_is_ahead(month)).then(early).otherwise(this_month + day)
    return pl.when(is_segment("BPU")).then(own_account).otherwise(employed).alias("paid_on")


def _split_by_programme(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """One row for the package, or three with a pension, because its wage ends at the ceiling."""
    with_pension, wage = rows.filter("jp"), pl.col("wage_idr")
    package = pl.when("jht").then(pl.lit(_PACKAGE_WITH_JHT)).otherwise(pl.lit(_PACKAGE))
    injury_and_death = pl.col("due_jkk") + pl.col("due_jkm")
    parts = [
        (rows.filter(~pl.col("jp")), package, injury_and_death + pl.col("due_jht"), wage),
        (with_pension, pl.lit(_PACKAGE), injury_and_death, wage),
        (with_pension.filter("jht"), pl.lit("jht"), pl.col("due_jht"), wage),
        (with_pension, pl.lit("jp"), pl.col("due_jp"), pl.min_horizontal("wage_idr", "ceiling")),
    ]
    return [
        part.with_columns(programme=programme, due=due, wage_base_idr=base, part=pl.lit(number))
        for number, (part, programme, due, base) in enumerate(parts)
    ]


def _amount() -> pl.Expr:
    """The amount due for all months; a tenth less where the employer always pays too little."""
    due = pl.col("due") * pl.col("months")
    underpaid = is_segment("PU") & (random_bits(pl.col("chance"), _UNDERPAID_PURPOSE) % _UNDERPAID_IN == 0)
    return pl.when(underpaid).then(due * 9 // 10).otherwise(due).alias("amount_idr")
