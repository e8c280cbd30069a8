"""Compliance: contributions due for the month at the statutory rates, payments, and their promptness.

Belongs here: the inputs of `compliance`, the due dates, and the income bands as steps. Not here: rates, classes, ceilings and
reliefs (code lists), which memberships owe the month (the list `protected_rule`).
"""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from assets.coverage.summary import InputMonths, Summary, SummaryInput
from assets.coverage.sums import broken_sums
from assets.engines.engine import Engine
from assets.month_selection import MONTH_BEFORE, THIS_MONTH, MonthSelection
from assets.registers.persons import MEMBERSHIP_STATUS
from assets.warehouse import query
from schemas.extracts.catalogue import stored_table
from schemas.extracts.contributions import CONTRIBUTIONS, DUE_DAY, MONTHS_AHEAD, PAID_AFTER_MONTHS
from schemas.extracts.employers import EMPLOYERS
from schemas.months import first_day, previous
from schemas.registers import MEMBERSHIPS, PAYMENTS, PREPAYMENTS
from schemas.summaries.compliance import COMPLIANCE

_STEP = 100_000  # every edge of an income band is a multiple of it
_SATURDAY = 5


def due_on(month: str, *, following: bool) -> date:
    """The 15th of the month or of the following one; a weekend moves it to Monday. Public holidays are not considered."""
    first = first_day(previous(month, -1) if following else month)
    day = first.replace(day=DUE_DAY)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)


def income_steps(month: str) -> pl.DataFrame:
    """Income in steps of 100,000 IDR → base of its band in force, so that SQL needs no inequality join; the last is open."""
    start = first_day(month).isoformat()
    bands = query.typed_code_list("bpu_income_bands").filter(
        pl.col("valid_from") <= start, pl.col("valid_to").is_null() | (pl.col("valid_to") > start)
    )
    first = pl.col("income_from_idr") // _STEP
    after = pl.coalesce(pl.col("income_to_idr") // _STEP, first + 1)
    return bands.select("base_idr", pl.int_ranges(first, after).alias("step")).explode("step")


def _values(month: str, input_months: InputMonths) -> dict[str, query.Parameter]:
    return {
        "pu_due_on": due_on(month, following=True),
        "bpu_due_on": due_on(month, following=False),
        "last_income_step": int(income_steps(month).select(pl.col("step").max()).item()),
        "paid_after_months": PAID_AFTER_MONTHS,
        "history_months": len(input_months["prepayments"]) + 1,
    }


def _prepare(engine: Engine, month: str, input_months: InputMonths) -> None:
    engine.register_frame("income_steps", income_steps(month))
    engine.register_frame("divisions", pl.DataFrame({"division": [f"{number:02d}" for number in range(100)]}))


def parts_add_up(frame: pl.DataFrame) -> list[str]:
    """The declared sums that do not hold in the rows."""
    return broken_sums(frame, COMPLIANCE)


COMPLIANCE_SUMMARY = Summary(
    COMPLIANCE,
    Path(__file__).parent,
    inputs=(
        # the reason of a missing input names the extract
        SummaryInput("contributions", replace(PAYMENTS, extract=CONTRIBUTIONS.name), THIS_MONTH),
        SummaryInput("earlier_contributions", PAYMENTS, MONTH_BEFORE, is_required=False),
        SummaryInput("prepayments", PREPAYMENTS, MonthSelection(-MONTHS_AHEAD, -1), is_required=False),
        SummaryInput("memberships", MEMBERSHIPS, THIS_MONTH),
        SummaryInput("employers", stored_table(EMPLOYERS), THIS_MONTH, is_required=False),
    ),
    codes=(
        "contribution_rates",
        "jkk_rates",
        "jkk_classes",
        "jp_ceilings",
        "reliefs",
        "protected_rule",
        "segments",
        "payers",
    ),
    working=(
        MEMBERSHIP_STATUS,
        "rates",
        "prepaid",
        "payments_of_month",
        "late_received",
        "late_repeated",
        "late_payments",
        "last_payment_day",
        "contributions_due",
        "compliance_cells",
    ),
    views=(
        "membership_status",
        "contributions_due",
        "payments_of_month",
    ),  # payments_of_month as a table needed 33 % more memory
    values=_values,
    prepare=_prepare,
    check=parts_add_up,
)
