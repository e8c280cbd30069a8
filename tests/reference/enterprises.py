"""The table `coverage_enterprise`, computed independently.

Source: docs/questions.md (coverage_enterprise), the fields of the table, lists size_bands, size_obligations and sectors.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from tests.reference.codes import available, in_force, province, ratio
from tests.reference.registers import status
from tests.reference.rows import Employer, Membership, Nation, Row, last_day

MEASURES = {"sales": "annual_sales_idr", "capital": "capital_idr", "workers": "workers_declared"}
OBLIGED = ("jkk", "jkm", "jht", "jp")


@dataclass(frozen=True)
class Judged:
    """An employer that has not closed, with its size by law and its protected workers."""

    employer: Employer
    size: str
    basis: str
    sector: str
    workers: tuple[Membership, ...]
    is_compliant: bool


def size_of(employer: Employer, month: date) -> tuple[str, str]:
    """The size and what it was judged by: the first that is known."""
    known: dict[str, str] = {}
    since = ""
    for band in in_force("size_bands", last_day(month)):
        value = getattr(employer, MEASURES[band["basis"]])
        if value is not None and int(band["more_than"]) < value <= int(band["up_to"] or 10**18):
            known[band["basis"]] = band["size_class"]
            since = band["valid_from"] if band["basis"] == "capital" else since
    if "capital" in known and employer.registered_on and employer.registered_on.isoformat() >= since:
        return known["capital"], "capital"
    for basis in MEASURES:
        if basis in known:
            return known[basis], basis
    return (employer.size_class, "declared") if employer.size_class else ("unknown", "none")


def coverage_enterprise(nation: Nation, month: date) -> list[Row] | None:
    employers = nation.of(month).employers
    if employers is None:
        return None
    at: dict[tuple[str, str], list[Membership]] = defaultdict(list)
    for held in nation.members(month):
        if held.segment == "PU" and status(held, month) == "protected":
            at[held.employer_id or "", held.employer_division or "000"].append(held)
    rows: dict[tuple[str, str, str, str], list[Judged]] = defaultdict(list)
    for employer in employers:
        if employer.closed_on is None or employer.closed_on > last_day(month):
            one = _judged(employer, tuple(at[employer.employer_id, employer.employer_division]), month)
            region_code = province(employer.work_region)
            for shown in (("all", "all"), (one.basis, "all"), ("all", one.sector)):
                rows["ID", "all", *shown].append(one)
                rows["ID", one.size, *shown].append(one)
            rows[region_code, "all", "all", "all"].append(one)
            rows[region_code, one.size, "all", "all"].append(one)
    return [_row(month, *key, judged) for key, judged in rows.items()]


def _judged(employer: Employer, workers: tuple[Membership, ...], month: date) -> Judged:
    size, basis = size_of(employer, month)
    division = (employer.kbli or "")[:2]
    sectors = [
        s["code"] for s in in_force("sectors", last_day(month)) if s["division_from"] <= division <= s["division_to"]
    ]
    obliged = [line for line in in_force("size_obligations", last_day(month)) if line["size_class"] == size]
    needed = [name for name in OBLIGED if (obliged[0][name] == "1" if obliged else name in ("jkk", "jkm"))]
    complies = bool(workers) and all(getattr(held, name) for held in workers for name in needed)
    return Judged(employer, size, basis, sectors[0] if sectors else "unknown", workers, complies)


def _row(month: date, region_code: str, size: str, basis: str, sector: str, judged: list[Judged]) -> Row:
    declaring = [one for one in judged if one.employer.workers_declared]
    declared = [one.employer.workers_declared for one in judged if one.employer.workers_declared is not None]
    declared = sum(declared) if declared else None
    protected = sum(len(one.workers) for one in judged)
    enrolled = sum(bool(one.workers) for one in judged)
    compliant = sum(one.is_compliant for one in judged)
    of_employer: Counter[str] = Counter()
    for one in judged:
        of_employer[one.employer.employer_id] += len(one.workers)
    largest = [*sorted((count for count in of_employer.values() if count), reverse=True), 0, 0]
    return available(
        month=month, province_code=region_code, size_class=size, size_basis=basis, sector=sector, employers=len(judged),
        workers_declared=declared, protected_workers=protected, enrolled_employers=enrolled,
        compliant_employers=compliant, kur_employers=sum(bool(one.employer.is_kur_debtor) for one in judged),
        size_differs_employers=sum(
            one.basis != "declared" and one.employer.size_class not in (None, one.size) for one in judged
        ),
        enrolled_ratio=ratio(enrolled, len(judged)), compliant_ratio=ratio(compliant, enrolled),
        worker_ratio=ratio(sum(len(one.workers) for one in declaring), declared),
        largest_workers=largest[0], second_workers=largest[1], is_dominated=largest[0] * 100 > protected * 85,
    )  # fmt: skip
