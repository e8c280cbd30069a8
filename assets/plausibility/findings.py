"""Findings about the delivery of a month, read from the warehouse.

Belongs here: reading. Not here: measuring and judging; readers of findings must not depend on that code.
"""

from dataclasses import dataclass

import polars as pl

from assets.warehouse import Warehouse
from schemas.plausibility import PLAUSIBILITY, limits


@dataclass(frozen=True)
class Finding:
    """A row of PLAUSIBILITY without its month. `expected`: the nearest value of the months before; None where it is not needed."""

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
    """The findings of the month, those that hold the release first; empty where the month was not judged."""
    if month not in warehouse.months(PLAUSIBILITY.name):
        return []
    rows = pl.read_parquet(warehouse.files(PLAUSIBILITY.name, month))
    order = {code: index for index, code in enumerate(limits())}
    found = [Finding(**row) for row in rows.drop("month").iter_rows(named=True)]
    return sorted(
        found, key=lambda each: (not each.holds, order.get(each.finding, len(order)), each.extract, each.subject)
    )
