"""The truth about dues: what is owed for the month, by how many, and for which months money came in.

Belongs here: adding up memberships and payments office by office, in bounded memory. Does not belong here: the payments
themselves (`payments`).
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from schemas.code_lists import codes
from simulator.months import first_day, month_indices, month_text
from simulator.payments.payment_rows import is_late, paid_early
from simulator.payments.statutory_rates import dues

_SEGMENTS = ("PU", "BPU")
_HIGHEST_WAGE = 10**9  # above it no wage counts as stated (rule wage_plausible)


@dataclass
class Compliance:
    """Sums over the accepted memberships and payments of a month."""

    month: int
    segments: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in _SEGMENTS})
    paid_for: Counter[int] = field(default_factory=Counter)
    payments: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)

    def add_memberships(self, rows: pl.DataFrame) -> None:
        """Enter accepted memberships: those protected or in grace owe the month."""
        behind = self.month - month_indices("paid_through")
        rows = rows.with_columns(pl.when(pl.col("wage_idr") <= _HIGHEST_WAGE).then("wage_idr").alias("wage_idr"))
        owing = rows.filter(_owes(behind, self.month)).with_columns(*dues(self.month), behind.alias("behind"))
        due = pl.sum_horizontal("due_jkk", "due_jkm", "due_jht", "due_jp")
        in_time = (pl.col("behind") <= 0) & ~(is_late() & _pays_now(self.month))
        sums = owing.group_by("segment").agg(
            due_memberships=pl.len(),
            due_amount_idr=due.sum(),
            memberships_paid=(pl.col("behind") <= 0).sum(),
            memberships_in_time=in_time.sum(),
            memberships_in_arrears=(pl.col("behind") > 0).sum(),
            arrears_months=pl.col("behind").clip(0).sum(),
            unwaged_memberships=pl.col("wage_idr").is_null().sum(),
        )
        for sum_ in sums.iter_rows(named=True):
            self.segments[sum_.pop("segment")].update(sum_)

    def add_payments(self, rows: pl.DataFrame) -> None:
        """Enter accepted payments: spread over their months, the remainder to the first."""
        self.payments.update(rows=rows.height, amount_idr=int(rows["amount_idr"].sum()))
        runs = rows.group_by(month_indices("month_from"), "months").agg(
            each=(pl.col("amount_idr") // pl.col("months")).sum(), rest=(pl.col("amount_idr") % pl.col("months")).sum()
        )
        for first, months, each, rest in runs.iter_rows():
            self.paid_for.update({first + turn: each for turn in range(months)})
            self.paid_for[first] += rest

    def add_again(self, rows: pl.DataFrame) -> None:
        """Enter payments that the month before delivered too: none of the other sums has them."""
        covering = month_indices("month_from") + pl.col("months") > self.month
        reaching = rows.filter(covering)
        self.again.update(rows=rows.height, rows_reaching_the_month=reaching.height)

    def as_json(self) -> dict[str, Any]:
        """The truth as plain values."""
        spread = {month_text(month): amount for month, amount in sorted(self.paid_for.items()) if amount}
        segments = {name: dict(sums) for name, sums in self.segments.items()}
        return {"segments": segments, "payments": dict(self.payments), "again": dict(self.again), "paid_for": spread}


def _owes(behind: pl.Expr, month: int) -> pl.Expr:
    """Protected or in grace by the rule of the segment, and not ended."""
    listed = codes("protected_rule").filter(basis="paid_through")
    grace = dict(zip(listed["segment"], listed["grace_arrears_months"].cast(pl.Int64), strict=True))
    allowed = pl.col("segment").replace_strict(grace, default=None, return_dtype=pl.Int64)
    open_ended = pl.col("end_date").is_null() | (pl.col("end_date") >= pl.lit(first_day(month + 1)))
    return (behind <= allowed) & open_ended


def _pays_now(month: int) -> pl.Expr:
    """Whether the month's due is met by this month's payment: an own-account worker may have paid it long before."""
    period = pl.col("behind") + pl.col("span")
    return (pl.col("segment") == "PU") | ((period == 1) & ~paid_early(month))
