"""Findings as the warehouse keeps them, for those who only read them.

Belongs here: reading. Not: measuring and judging; who reads findings does not depend on how they are made.
"""

from dataclasses import dataclass

import polars as pl

from assets.warehouse import Warehouse
from schemas.plausibility import PLAUSIBILITY, limits


@dataclass(frozen=True)
class Finding:
    """A row of PLAUSIBILITY without its month. `expected`: the nearest of the months before; None where none is needed."""

    finding_id: str
    finding: str
    extract: str
    subject: str
    observed: float
    expected: float | None
    limit: float
    holds: bool
    message: str


def read_findings(warehouse: Warehouse, month: str) -> list[Finding]:
    """What was found in the month, those that hold first; nothing where it was never judged."""
    if month not in warehouse.months(PLAUSIBILITY.name):
        return []
    rows = pl.read_parquet(warehouse.files(PLAUSIBILITY.name, month))
    order = {code: place for place, code in enumerate(limits())}
    found = [Finding(**row) for row in rows.drop("month").iter_rows(named=True)]
    return sorted(
        found, key=lambda each: (not each.holds, order.get(each.finding, len(order)), each.extract, each.subject)
    )
