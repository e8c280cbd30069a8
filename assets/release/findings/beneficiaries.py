"""Debtors of people's business credit (KUR), and vulnerable workers: protected persons, payers, and loss of protection."""

from dataclasses import dataclass, replace
from datetime import date

from assets.release.findings.reader import Cell, Fixed, Query, ReleaseReader, Row, plain_columns
from assets.release.findings.totals import Share, Total

KUR = plain_columns("debtors", "protected_debtors", "protected_ratio", "obliged_debtors", "owing_bpu_debtors")
VULNERABLE = plain_columns("potential_persons", "protected_persons", "coverage_ratio", "became_unpaid_persons")
PUBLIC = "payer IN ('regional_government', 'village_fund')"


def debtors(reader: ReleaseReader) -> Row:
    """The nation's debtors of all schemes."""
    return reader.row("kur_linkage", KUR, month=reader.month, province_code="ID", scheme="all")


@dataclass(frozen=True)
class Vulnerable:
    """`whole`: all payers; `subsidised`: persons paid by regional and village budgets; `share`: their share of all.

    `worst`: the month in which most persons lost protection, and how many. `known` names the months that were compared:
    `public`, all months of the subsidised; `all`, all months of all payers, if a month of the subsidised is withheld;
    `public_shown` and `all_shown`, the shown months only. `withheld`: no month is shown; `none`: no person lost protection,
    or no month can be compared.
    """

    whole: Row
    subsidised: Cell
    share: Cell
    known: str
    worst: tuple[date, Cell] | None


def vulnerable(reader: ReleaseReader) -> Vulnerable:
    """Vulnerable workers of the nation."""
    fixed: Fixed = {"month": reader.month, "province_code": "ID", "vulnerable_basis": "all"}
    paid = Total("protected_persons", PUBLIC)
    totals = reader.total(
        "vulnerable_workers",
        {"subsidised": paid, "share": Share(paid, Total("protected_persons", "payer = 'all'"))},
        fixed,
    )
    whole = reader.row("vulnerable_workers", VULNERABLE, **fixed, payer="all")
    return Vulnerable(whole, totals["subsidised"], totals["share"], *_worst(reader))


def _worst(reader: ReleaseReader) -> tuple[str, tuple[date, Cell] | None]:
    lost = "became_unpaid_persons + left_persons"
    # a month without a comparison has no losses to report
    compared = "month IN (SELECT month FROM flows WHERE availability = 'available')"
    query = Query(
        "vulnerable_workers",
        {"province_code": "ID", "vulnerable_basis": "all", "availability": "available"},
        ("month",),
        {"public": Total(lost, PUBLIC), "all": Total(lost, "payer = 'all'")},
        grouped=True,
        condition=f"month <= DATE '{reader.month}' AND {compared}",
    )
    months = reader.rows(query)
    names = ("public", "all")
    whole = [name for name in names if not any(row[name].is_withheld for row in months)]
    shown = [name for name in names if any(row.value(name) for row in months)]
    if not whole and not shown:
        return "withheld", None
    name = (whole or shown)[0]
    known = [row for row in months if row.value(name)]
    worst = max(known, key=lambda row: (row.value(name), row.keys["month"]), default=None)
    if worst is None:
        return "none", None
    return name if whole else f"{name}_shown", (worst.keys["month"], worst[name])


def withheld_part(shown: list[Row], whole: Row, name: str) -> Cell:
    """The sum of the withheld parts: the whole minus the shown parts. None if nothing is withheld."""
    lost = [row[name] for row in shown if row[name].is_withheld]
    cell = whole[name]
    if not lost or cell.value is None:
        return replace(cell, value=None, status=lost[0].status if lost else cell.status)
    return replace(cell, value=cell.value - sum(row.value(name) for row in shown if row.value(name) is not None))
