"""Employers: enrolment in the programmes required for their size, and payment of contributions on time.

Belongs here: the national finding. A withheld share has a lower bound by its shown parts.
"""

from dataclasses import dataclass, replace
from typing import Any

from assets.release.findings.reader import Cell, Fixed, Query, ReleaseReader, Row, plain_columns
from assets.release.findings.totals import Total
from schemas.constraints import Sum
from schemas.summaries import SUMMARIES

PROGRAMMES = plain_columns("enrolled_employers", "compliant_employers", "compliant_ratio")
PAYMENTS = plain_columns("due_memberships", "in_time_memberships", "in_time_ratio", "paid_ratio")


@dataclass(frozen=True)
class Programmes:
    """`whole`: all sizes; `lowest`: the size with the lowest shown share; `is_whole`: no size is withheld."""

    whole: Row
    lowest: Row | None
    is_whole: bool


def programmes(reader: ReleaseReader) -> Programmes:
    """Employers that hold the programmes obliged, by size."""
    fixed: Fixed = {"month": reader.month, "province_code": "ID", "size_basis": "all", "sector": "all"}
    rows = reader.rows(
        Query("coverage_enterprise", fixed, ("size_class",), PROGRAMMES, condition="size_class <> 'all'")
    )
    known = [row for row in rows if row.value("compliant_ratio") is not None]
    lowest = min(known, key=lambda row: (row.value("compliant_ratio"), row.keys["size_class"]), default=None)
    whole = reader.row("coverage_enterprise", PROGRAMMES, **fixed, size_class="all")
    bounded = with_lower_bound(
        reader,
        whole["compliant_ratio"],
        {**fixed, "size_class": "all"},
        "compliant_employers",
        whole["enrolled_employers"],
    )
    whole.cells["compliant_ratio"] = bounded
    return Programmes(whole, lowest, not any(row["compliant_ratio"].is_withheld for row in rows))


def payments(reader: ReleaseReader) -> Row:
    """The nation's memberships that owe the month, all segments and sizes."""
    fixed: Fixed = {"month": reader.month, "province_code": "ID", "segment": "all", "size_class": "all"}
    whole = reader.row("compliance", PAYMENTS, **fixed)
    bounded = with_lower_bound(reader, whole["in_time_ratio"], fixed, "in_time_memberships", whole["due_memberships"])
    whole.cells["in_time_ratio"] = bounded
    return whole


def with_lower_bound(reader: ReleaseReader, share: Cell, fixed: Fixed, part: str, whole: Cell) -> Cell:
    """Give a withheld share its lower bound: the shown parts of its count, in the breakdown that shows most of them."""
    if not share.is_withheld or not whole.value:
        return share
    declared = next(table for table in SUMMARIES if table.name == share.table)
    sums = [
        relation
        for relation in declared.constraints.relations
        if isinstance(relation, Sum) and fixed.get(relation.column) == relation.total
    ]
    bounds = [
        _shown(reader, share.table, fixed, relation, part)
        for relation in sums
        if not relation.counts or part in relation.counts
    ]
    best = max((cell for cell in bounds if cell.value), key=lambda cell: int(cell.value), default=None)
    if best is None:
        return share
    divided = f"CAST({best.expression} AS DOUBLE) / {whole.value}"
    return replace(share, lower_bound=replace(best, value=best.value / whole.value, expression=divided))


def _shown(reader: ReleaseReader, table: str, fixed: Fixed, relation: Sum, part: str) -> Cell:
    rest: dict[str, Any] = {name: value for name, value in fixed.items() if name != relation.column}
    parts = ", ".join(f"'{name}'" for name in relation.parts)
    among = f"{relation.column} IN ({parts})" if relation.parts else f"{relation.column} <> '{relation.total}'"
    return reader.total(table, {"shown": Total(part).lower_bound}, rest, condition=among)["shown"]
