"""Employers: whether they hold the programmes of their size, and whether contributions are paid in time.

Belongs here: the nation's finding, with what a withheld share is at least by its shown parts.
"""

from dataclasses import dataclass, replace
from typing import Any

from assets.release.findings.source import Ask, Cell, Fixed, Row, Source
from assets.release.findings.totals import Total
from schemas.constraints import Sum
from schemas.summaries import SUMMARIES

PROGRAMMES = {name: name for name in ("enrolled_employers", "compliant_employers", "compliant_ratio")}
PAYMENTS = {name: name for name in ("due_memberships", "in_time_memberships", "in_time_ratio", "paid_ratio")}


@dataclass(frozen=True)
class Programmes:
    """`whole`: all sizes; `least`: the size with the lowest share of those shown; `is_whole`: no size is withheld."""

    whole: Row
    least: Row | None
    is_whole: bool


def programmes(source: Source) -> Programmes:
    """Employers that hold the programmes obliged, by size."""
    fixed: Fixed = {"month": source.month, "province_code": "ID", "size_basis": "all", "sector": "all"}
    rows = source.rows(Ask("coverage_enterprise", fixed, ("size_class",), PROGRAMMES, also="size_class <> 'all'"))
    known = [row for row in rows if row.value("compliant_ratio") is not None]
    least = min(known, key=lambda row: (row.value("compliant_ratio"), row.keys["size_class"]), default=None)
    whole = source.row("coverage_enterprise", PROGRAMMES, **fixed, size_class="all")
    bounded = at_least(source, whole["compliant_ratio"], {**fixed, "size_class": "all"}, "compliant_employers",
                       whole["enrolled_employers"])  # fmt: skip
    whole.cells["compliant_ratio"] = bounded
    return Programmes(whole, least, not any(row["compliant_ratio"].is_withheld for row in rows))


def payments(source: Source) -> Row:
    """The nation's memberships that owe the month, all segments and sizes."""
    fixed: Fixed = {"month": source.month, "province_code": "ID", "segment": "all", "size_class": "all"}
    whole = source.row("compliance", PAYMENTS, **fixed)
    bounded = at_least(source, whole["in_time_ratio"], fixed, "in_time_memberships", whole["due_memberships"])
    whole.cells["in_time_ratio"] = bounded
    return whole


def at_least(source: Source, told: Cell, fixed: Fixed, part: str, whole: Cell) -> Cell:
    """A withheld share with its lower bound: the shown parts of its count, by the breakdown that shows most of them."""
    if not told.is_withheld or not whole.value:
        return told
    declared = next(table for table in SUMMARIES if table.name == told.table)
    sums = [
        law for law in declared.constraints.relations if isinstance(law, Sum) and fixed.get(law.column) == law.total
    ]
    bounds = [_shown(source, told.table, fixed, law, part) for law in sums if not law.counts or part in law.counts]
    best = max((cell for cell in bounds if cell.value), key=lambda cell: int(cell.value), default=None)
    if best is None:
        return told
    divided = f"CAST({best.expression} AS DOUBLE) / {whole.value}"
    return replace(told, least=replace(best, value=best.value / whole.value, expression=divided))


def _shown(source: Source, table: str, fixed: Fixed, law: Sum, part: str) -> Cell:
    rest: dict[str, Any] = {name: value for name, value in fixed.items() if name != law.column}
    parts = ", ".join(f"'{name}'" for name in law.parts)
    among = f"{law.column} IN ({parts})" if law.parts else f"{law.column} <> '{law.total}'"
    return source.total(table, {"shown": Total(part).least}, rest, also=among)["shown"]
