"""Payments of the month before that an office delivers a second time, unchanged.

Belongs here: which payments. They count once, with the month before: no figure of the ledger's dues and payments has them.
"""

import polars as pl

from schemas.extracts.contributions import CONTRIBUTIONS
from simulator.memberships.membership_rows import membership_rows
from simulator.payments.payment_rows import paying_memberships, payment_rows
from simulator.population.row_plan import RowPlan

_CANDIDATES = 300  # rows of the office from which the few are chosen


def repeated_payments(plan: RowPlan, rows: range, month: int, seed: int) -> pl.DataFrame:
    """The typed payments of one wage earner and one own-account member, from these rows of the month's plan.

    The own-account member paid for the most months at once.
    """
    step = max(1, len(rows) // _CANDIDATES)
    memberships = membership_rows(plan.persons(pl.Series(rows[::step], dtype=pl.Int64)), month, seed)
    paying = paying_memberships(memberships, month).sort("period_months", descending=True, maintain_order=True)
    chosen = paying.group_by("segment", maintain_order=True).first()["row"]
    return payment_rows(memberships.filter(pl.col("row").is_in(chosen.implode())), month)


def without_repeated(rows: pl.DataFrame, repeated: pl.DataFrame) -> pl.DataFrame:
    """The payments that are not delivered a second time."""
    return rows.join(repeated, on=CONTRIBUTIONS.key, how="anti", maintain_order="left")
