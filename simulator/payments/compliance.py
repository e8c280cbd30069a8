"""The true compliance of a month: what is owed, by how many memberships, and for which months money came in.

Belongs here: sums over memberships and payments, added office by office, in bounded memory. Not here: the payments
themselves (`payment_rows`).
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from schemas.code_lists import codes
from simulator.memberships.coverage_periods import is_segment
from simulator.months import month_indices, month_text
from simulator.payments.payment_rows import is_late, is_open_at_end, was_paid_early
from simulator.payments.statutory_rates import statutory_dues

_SEGMENTS = ("PU", "BPU")
_HIGHEST_WAGE = 10**9  # a wage above it counts as not stated (rule wage_plausible)


@dataclass
class ComplianceTruth:
    """Sums over the accepted memberships and payments of a month."""

    month: int
    segments: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in _SEGMENTS})
    paid_for: Counter[int] = field(default_factory=Counter)
    payments: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)

    def add_memberships(self, rows: pl.DataFrame) -> None:
        """Add accepted memberships. Those that are protected or in grace owe the month."""
        arrears = self.month - month_indices("paid_through")
        rows = rows.with_columns(pl.when(pl.col("wage_idr") <= _HIGHEST_WAGE).then("wage_idr").alias("wage_idr"))
        owing = rows.filter(_owes(arrears, self.month)).with_columns(
            *statutory_dues(self.month), arrears.alias("arrears")
        )
        paid = pl.col("arrears") <= 0
        sums = owing.group_by("segment").agg(
            due_memberships=pl.len(),
            due_amount_idr=pl.sum_horizontal("due_jkk", "due_jkm", "due_jht", "due_jp").sum(),
            memberships_paid=paid.sum(),
            memberships_in_time=(paid & ~(is_late() & _pays_this_month(self.month))).sum(),
            memberships_in_arrears=(pl.col("arrears") > 0).sum(),
            arrears_months=pl.col("arrears").clip(0).sum(),
            unwaged_memberships=pl.col("wage_idr").is_null().sum(),
        )
        for segment_sums in sums.iter_rows(named=True):
            self.segments[segment_sums.pop("segment")].update(segment_sums)

    def add_payments(self, rows: pl.DataFrame) -> None:
        """Add accepted payments, spread evenly over their months; the first month gets the remainder."""
        self.payments.update(rows=rows.height, amount_idr=int(rows["amount_idr"].sum()))
        amount, months = pl.col("amount_idr"), pl.col("months")
        spread = rows.group_by(month_indices("month_from"), "months").agg(
            each=(amount // months).sum(), remainder=(amount % months).sum()
        )
        for first, count, each, remainder in spread.iter_rows():
            self.paid_for.update(dict.fromkeys(range(first, first + count), each))
            self.paid_for[first] += remainder

    def add_repeated(self, rows: pl.DataFrame) -> None:
        """Add payments that the month before delivered too. No other sum contains them."""
        reaching = rows.filter(month_indices("month_from") + pl.col("months") > self.month)
        self.repeated.update(rows=rows.height, rows_reaching_the_month=reaching.height)

    def as_json(self) -> dict[str, Any]:
        """The section `compliance` of the ledger."""
        paid_for = {month_text(month): amount for month, amount in sorted(self.paid_for.items()) if amount}
        segments = {name: dict(sums) for name, sums in self.segments.items()}
        return {
            "segments": segments,
            "payments": dict(self.payments),
            "again": dict(self.repeated),
            "paid_for": paid_for,
        }


def _owes(arrears: pl.Expr, month: int) -> pl.Expr:
    """Protected or in grace by the rule of the segment, and not ended."""
    rule = codes("protected_rule").filter(basis="paid_through")
    grace = dict(zip(rule["segment"], rule["grace_arrears_months"].cast(pl.Int64), strict=True))
    allowed = pl.col("segment").replace_strict(grace, default=None, return_dtype=pl.Int64)
    return (arrears <= allowed) & is_open_at_end(month)


def _pays_this_month(month: int) -> pl.Expr:
    """Whether this month's payment covers the month: an own-account member may have paid for it long before."""
    months_paid = pl.col("arrears") + pl.col("period_months")
    return is_segment("PU") | ((months_paid == 1) & ~was_paid_early(month))
