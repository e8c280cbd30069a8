"""What a month of contributions costs by statute: every rate, class, ceiling, band and relief in force in that month.

Belongs here: amounts of one membership and month, in whole IDR. Does not belong here: who pays when (`payments`).
"""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import polars as pl

from schemas.code_lists import codes
from simulator.months import first_day

PROGRAMMES = ("jkk", "jkm", "jht", "jp")
_WHOLE, _MILLION = 1000, 10**6  # permille of a relief, parts of a rate


def _in_force(name: str, day: date) -> Iterator[dict[str, Any]]:
    """The rows of a list that are valid on the day."""
    for row in codes(name).iter_rows(named=True):
        if row["valid_from"] <= day.isoformat() < (row["valid_to"] or "9999"):
            yield row


@cache
def jkk_shares(month: int) -> dict[str, int]:
    """Work injury rate of wage earners, parts of a million, by division of the activity."""
    day = first_day(month)
    rates = {row["risk_class"]: int(row["share_ppm"]) for row in _in_force("jkk_rates", day)}
    return {
        f"{division:02d}": rates[row["risk_class"]]
        for row in _in_force("jkk_classes", day)
        for division in range(int(row["division_from"]), int(row["division_to"]) + 1)
    }


def ceiling(month: int) -> int:
    """The wage up to which the pension is paid."""
    return next(int(row["ceiling_idr"]) for row in _in_force("jp_ceilings", first_day(month)))


@cache
def _bands(month: int) -> tuple[pl.Series, pl.Series]:
    """(lowest income, base) of each band, ascending."""
    rows = sorted((int(row["income_from_idr"]), int(row["base_idr"]))
                  for row in _in_force("bpu_income_bands", first_day(month)))  # fmt: skip
    lowest, bases = zip(*rows, strict=True)
    return pl.Series(lowest, dtype=pl.Int64), pl.Series(bases, dtype=pl.Int64)


def income_base(income: pl.Expr, month: int) -> pl.Expr:
    """The base of an own-account worker's declared income; the lowest where none was declared."""
    lowest, bases = _bands(month)
    band = pl.lit(lowest).search_sorted(income.fill_null(0), side="right").cast(pl.Int64) - 1
    return pl.lit(bases).gather(band)


def dues(month: int, wage: str = "wage_idr") -> list[pl.Expr]:
    """`due_jkk` to `due_jp`: one month's statutory amounts of a membership, rounded by programme, 0 where not enrolled.

    Of columns segment, kbli, payer, the wage and a flag a programme; without a wage a wage earner owes nothing.
    """
    return [_due(programme, month, pl.col(wage)).alias(f"due_{programme}") for programme in PROGRAMMES]


def _due(programme: str, month: int, wage: pl.Expr) -> pl.Expr:
    listed = {row["segment"]: row for row in _in_force("contribution_rates", first_day(month))
              if row["programme"] == programme}  # fmt: skip
    amount = pl.lit(0, pl.Int64)
    for segment in ("PU", "BPU"):
        if segment in listed or (segment, programme) == ("PU", "jkk"):
            paid = _amount(segment, programme, month, wage, listed.get(segment, {}))
            amount = pl.when(pl.col("segment") == segment).then(paid).otherwise(amount)
    return pl.when(pl.col(programme)).then(amount).otherwise(0).fill_null(0).cast(pl.Int64)


def _amount(segment: str, programme: str, month: int, wage: pl.Expr, rate: dict[str, Any]) -> pl.Expr:
    """The share × base × relief, rounded half up in whole numbers."""
    factor = _relief(segment, programme, month)
    if rate.get("flat_idr"):
        return _rounded(pl.lit(int(rate["flat_idr"]) * _MILLION, pl.Int64) * factor)
    if segment == "BPU":
        base = income_base(wage, month)
    else:
        base = pl.min_horizontal(wage, pl.lit(ceiling(month), pl.Int64)) if rate.get("capped") == "yes" else wage
    share = pl.lit(int(rate["share_ppm"]), pl.Int64) if rate else _division(jkk_shares(month))
    return _rounded(base * share * factor)


def _rounded(millionths_of_permille: pl.Expr) -> pl.Expr:
    unit = _MILLION * _WHOLE
    return (2 * millionths_of_permille + unit) // (2 * unit)


def _division(by_division: dict[str, int]) -> pl.Expr:
    division = pl.col("kbli").str.slice(0, 2)
    return division.replace_strict(by_division, default=None, return_dtype=pl.Int64)


def _relief(segment: str, programme: str, month: int) -> pl.Expr:
    """What is left to pay, permille, by the division of the activity and by whether a public budget pays."""
    listed = [row for row in _in_force("reliefs", first_day(month))
              if (row["segment"], row["programme"]) == (segment, programme)]  # fmt: skip
    public = codes("payers").filter(subsidised="yes")["code"]
    by_budgets = _factor([row for row in listed if row["for_subsidised"] == "yes"])
    return pl.when(pl.col("payer").is_in(public.implode())).then(by_budgets).otherwise(_factor(listed))


def _factor(reliefs: list[dict[str, Any]]) -> pl.Expr:
    factors = {
        f"{division:02d}": int(row["factor_permille"])
        for row in reliefs
        for division in range(int(row["division_from"]), int(row["division_to"]) + 1)
    }
    return _division(factors).fill_null(_WHOLE) if factors else pl.lit(_WHOLE, pl.Int64)
