"""Contributions by law: the rates, risk classes, ceilings, income bands and reliefs in force in a month.

Belongs here: amounts of one membership and month, in whole IDR. Not here: who pays when (`payment_rows`).
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import polars as pl

from schemas.code_lists import codes
from simulator.months import first_day

PROGRAMMES = ("jkk", "jkm", "jht", "jp")
_PERMILLE, _PER_MILLION = 1000, 10**6  # units of reliefs and of rates


def _in_force(name: str, day: date) -> Iterator[dict[str, Any]]:
    """The rows of a code list that are valid on the day."""
    for row in codes(name).iter_rows(named=True):
        if row["valid_from"] <= day.isoformat() < (row["valid_to"] or "9999"):
            yield row


@cache
def _jkk_rates(month: int) -> dict[str, int]:
    """The work injury rate of wage earners, per million, by division of the activity."""
    day = first_day(month)
    rates = {row["risk_class"]: int(row["share_ppm"]) for row in _in_force("jkk_rates", day)}
    return {
        f"{division:02d}": rates[row["risk_class"]]
        for row in _in_force("jkk_classes", day)
        for division in range(int(row["division_from"]), int(row["division_to"]) + 1)
    }


def pension_ceiling(month: int) -> int:
    """The highest wage on which pension contributions are paid."""
    return next(int(row["ceiling_idr"]) for row in _in_force("jp_ceilings", first_day(month)))


@cache
def _income_bands(month: int) -> tuple[pl.Series, pl.Series]:
    """The lowest income and the base of each band, ascending."""
    bands = _in_force("bpu_income_bands", first_day(month))
    lowest, bases = zip(*sorted((int(band["income_from_idr"]), int(band["base_idr"])) for band in bands), strict=True)
    return pl.Series(lowest, dtype=pl.Int64), pl.Series(bases, dtype=pl.Int64)


def _income_base(income: pl.Expr, month: int) -> pl.Expr:
    """The base of an own-account worker's declared income; the lowest base if none was declared."""
    lowest, bases = _income_bands(month)
    band = pl.lit(lowest).search_sorted(income.fill_null(0), side="right").cast(pl.Int64) - 1
    return pl.lit(bases).gather(band)


def statutory_dues(month: int, wage: str = "wage_idr") -> list[pl.Expr]:
    """`due_jkk` to `due_jp`: the amounts of a membership for one month, in whole IDR, 0 where it is not enrolled.

    Reads the columns segment, kbli, payer, the wage and one flag per programme. A wage earner without a wage owes nothing.
    """
    return [_due(programme, month, pl.col(wage)).alias(f"due_{programme}") for programme in PROGRAMMES]


def _due(programme: str, month: int, wage: pl.Expr) -> pl.Expr:
    in_force = _in_force("contribution_rates", first_day(month))
    rates = {row["segment"]: row for row in in_force if row["programme"] == programme}
    amount = pl.lit(0, pl.Int64)
    for segment in ("PU", "BPU"):
        if segment in rates or (segment, programme) == ("PU", "jkk"):
            due = _amount(segment, programme, month, wage, rates.get(segment, {}))
            amount = pl.when(pl.col("segment") == segment).then(due).otherwise(amount)
    return pl.when(pl.col(programme)).then(amount).otherwise(0).fill_null(0).cast(pl.Int64)


def _amount(segment: str, programme: str, month: int, wage: pl.Expr, rate: dict[str, Any]) -> pl.Expr:
    """Rate × base × relief, rounded half up, computed in whole numbers."""
    relief = _relief(segment, programme, month)
    if rate.get("flat_idr"):
        return _rounded(pl.lit(int(rate["flat_idr"]) * _PER_MILLION, pl.Int64) * relief)
    if segment == "BPU":
        base = _income_base(wage, month)
    else:
        base = (
            pl.min_horizontal(wage, pl.lit(pension_ceiling(month), pl.Int64)) if rate.get("capped") == "yes" else wage
        )
    share = pl.lit(int(rate["share_ppm"]), pl.Int64) if rate else _by_division(_jkk_rates(month))
    return _rounded(base * share * relief)


def _rounded(scaled: pl.Expr) -> pl.Expr:
    unit = _PER_MILLION * _PERMILLE
    return (2 * scaled + unit) // (2 * unit)


def _by_division(by_division: dict[str, int]) -> pl.Expr:
    division = pl.col("kbli").str.slice(0, 2)
    return division.replace_strict(by_division, default=None, return_dtype=pl.Int64)


def _relief(segment: str, programme: str, month: int) -> pl.Expr:
    """The permille that remain to pay, by the division of the activity and by whether a public budget pays."""
    in_force = _in_force("reliefs", first_day(month))
    reliefs = [row for row in in_force if (row["segment"], row["programme"]) == (segment, programme)]
    public = codes("payers").filter(subsidised="yes")["code"]
    for_budgets = _factor([row for row in reliefs if row["for_subsidised"] == "yes"])
    return pl.when(pl.col("payer").is_in(public.implode())).then(for_budgets).otherwise(_factor(reliefs))


def _factor(reliefs: list[dict[str, Any]]) -> pl.Expr:
    factors = {
        f"{division:02d}": int(row["factor_permille"])
        for row in reliefs
        for division in range(int(row["division_from"]), int(row["division_to"]) + 1)
    }
    return _by_division(factors).fill_null(_PERMILLE) if factors else pl.lit(_PERMILLE, pl.Int64)
