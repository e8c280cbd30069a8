"""Payments of the month before that an office delivers a second time, the same in everything.

Belongs here: which payments. Does not belong here: the payments (`payments`), files. They count once, with the month before: what
the ledger says of dues and payments is true without them.
"""

import polars as pl

from schemas.extracts.contributions import CONTRIBUTIONS
from simulator.memberships.membership_rows import draw_up
from simulator.offices.offices import Office
from simulator.payments.payment_rows import paying, payments
from simulator.population.row_plan import Plan

_LOOKED_AT = 300  # rows of an office among which the few are chosen


def delivered_again(office: Office, plan: Plan, month: int, seed: int) -> pl.DataFrame:
    """What a wage earner and an own-account member of the office paid in the month; typed, of the extract.

    `office` and `plan` are those of that month. Of the own-account members it is one who paid for the most months at once.
    """
    step = max(1, office.rows // _LOOKED_AT)
    numbers = pl.int_range(office.first, office.first + office.rows, step, eager=True)
    drawn = draw_up(plan.draw_up(numbers), month, seed)
    able = paying(drawn, month).sort("span", descending=True, maintain_order=True)
    chosen = able.group_by("segment", maintain_order=True).first()["row"]
    return payments(drawn.filter(pl.col("row").is_in(chosen.implode())), month)


def without(rows: pl.DataFrame, again: pl.DataFrame) -> pl.DataFrame:
    """The rows, without those that are delivered again."""
    return rows.join(again, on=CONTRIBUTIONS.key, how="anti", maintain_order="left")
