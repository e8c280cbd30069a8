"""Debtors of people's business credit, and vulnerable workers: how many are protected, by whose money, and the cliff."""

from dataclasses import dataclass, replace
from datetime import date

from assets.release.findings.source import Ask, Cell, Fixed, Row, Source
from assets.release.findings.totals import Share, Total

KUR = {
    name: name for name in
    ("debtors", "protected_debtors", "protected_ratio", "obliged_debtors", "owing_bpu_debtors")
}  # fmt: skip
VULNERABLE = {
    name: name for name in ("potential_persons", "protected_persons", "coverage_ratio", "lapsed_persons")
}  # fmt: skip
PUBLIC = "payer IN ('regional_government', 'village_fund')"


def debtors(source: Source) -> Row:
    """The nation's debtors of all schemes."""
    return source.row("kur_linkage", KUR, month=source.month, province_code="ID", scheme="all")


@dataclass(frozen=True)
class Vulnerable:
    """`whole`: all payers; `subsidised`: persons paid by regional and village budgets, `share`: of all of them.

    `worst`: the month of those shown in which most of the subsidised lost their protection, and how many; `is_whole`: no
    month of them is withheld.
    """

    whole: Row
    subsidised: Cell
    share: Cell
    worst: tuple[date, Cell] | None
    is_whole: bool


def vulnerable(source: Source) -> Vulnerable:
    """Vulnerable workers of the nation."""
    fixed: Fixed = {"month": source.month, "province_code": "ID", "vulnerable_basis": "all"}
    paid = Total("protected_persons", PUBLIC)
    told = source.total("vulnerable_workers", {
        "subsidised": paid, "share": Share(paid, Total("protected_persons", "payer = 'all'"))}, fixed)  # fmt: skip
    ask = Ask("vulnerable_workers", {"province_code": "ID", "vulnerable_basis": "all", "availability": "available"},
              ("month",), {"lost": Total("lapsed_persons + left_persons", PUBLIC)}, grouped=True,
              also=f"month <= DATE '{source.month}'")  # fmt: skip
    months = source.rows(ask)
    known = [row for row in months if row.value("lost")]
    worst = max(known, key=lambda row: (row.value("lost"), row.keys["month"]), default=None)
    return Vulnerable(
        source.row("vulnerable_workers", VULNERABLE, **fixed, payer="all"), told["subsidised"], told["share"],
        (worst.keys["month"], worst["lost"]) if worst else None, not any(row["lost"].is_withheld for row in months),
    )  # fmt: skip


def withheld_part(shown: list[Row], whole: Row, name: str) -> Cell:
    """What the parts of a whole that are not shown come to: the whole less those that are; none where nothing is withheld."""
    lost = [row[name] for row in shown if row[name].is_withheld]
    cell = whole[name]
    if not lost or cell.value is None:
        return replace(cell, value=None, status=lost[0].status if lost else cell.status)
    return replace(cell, value=cell.value - sum(row.value(name) for row in shown if row.value(name) is not None))
