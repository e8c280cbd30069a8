"""Build the tables of measures and findings of a month.

Belongs here: their inputs and the order of the steps. Not here: measuring (`measures`), comparing with limits (`judge`).
"""

import hashlib
from dataclasses import asdict

import polars as pl

from assets.coverage.dependence import MONTHS_COMPARED, Ingested
from assets.engines.canonical import canonical
from assets.plausibility.findings import Finding
from assets.plausibility.judge import judge
from assets.plausibility.measures import Measure, measured
from assets.provenance import fingerprint
from assets.warehouse import Warehouse
from assets.warehouse.month_build import MonthBuild
from schemas.extracts.catalogue import EXTRACTS, stored_table
from schemas.months import first_day, previous
from schemas.plausibility import MEASURES, PLAUSIBILITY
from schemas.tables import Table

_READ = (*(stored_table(table).name for table in EXTRACTS), "persons", "coverage", "flows")


def build_measures(warehouse: Warehouse, month: str, *, force: bool = False) -> None:
    """Build and promote the measures of the month."""
    inputs = ((name, of) for of in (previous(month), month) for name in _READ)
    read = (warehouse.month_metadata(name, of).get("fingerprint", "") for name, of in inputs)
    identity = {"fingerprint": fingerprint("measures", *read, code=(__name__,))}
    build = MonthBuild(warehouse, month, (MEASURES.name,), identity)
    if build.known(force=force):
        return
    with build.candidates() as candidates:
        candidates.write_frame(MEASURES, _frame(MEASURES, month, measured(warehouse, month)))


def build_plausibility(warehouse: Warehouse, month: str, *, force: bool = False) -> list[str]:
    """Judge the measures of the month and promote the findings; the months before that it was compared with, newest first."""
    before = compared_months(warehouse, month)
    compared = (warehouse.month_metadata(MEASURES.name, name)["fingerprint"] for name in (month, *before))
    identity = {"fingerprint": fingerprint(*compared, code=(__name__,)), **Ingested(warehouse).inputs(month)}
    build = MonthBuild(warehouse, month, (PLAUSIBILITY.name,), identity)
    if build.known(force=force):
        return before
    past = [_measures(warehouse, name) for name in before]
    found = judge(month, _measures(warehouse, month), past, delivered(warehouse, month))
    with build.candidates() as candidates:
        candidates.write_frame(PLAUSIBILITY, _frame(PLAUSIBILITY, month, found))
        candidates.describe(PLAUSIBILITY.name, {"holding": sum(finding.holds for finding in found)})
    return before


def compared_months(warehouse: Warehouse, month: str) -> list[str]:
    """The measured months among those before, the newest first."""
    there = warehouse.months(MEASURES.name)
    return [name for by in range(1, MONTHS_COMPARED + 1) if (name := previous(month, by)) in there]


def delivered(warehouse: Warehouse, month: str) -> dict[str, str]:
    """Extract → digest of its files; unchanged where no new file was delivered."""
    reports = {
        table.name: warehouse.month_metadata(stored_table(table).name, month).get("report") for table in EXTRACTS
    }
    return {name: _digest(report) for name, report in reports.items() if report}


def _digest(report: dict[str, list[dict[str, str]]]) -> str:
    files = [*(file["sha256"] for file in report["files"]), *map(str, report["missing"])]
    return hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()


def _measures(warehouse: Warehouse, month: str) -> list[Measure]:
    rows = pl.read_parquet(warehouse.files(MEASURES.name, month)).drop("month")
    return [Measure(**row) for row in rows.iter_rows(named=True)]


def _frame(table: Table, month: str, rows: list[Measure] | list[Finding]) -> pl.DataFrame:
    plain = [{"month": first_day(month), **asdict(row)} for row in rows]
    return canonical(pl.DataFrame(plain, schema=table.storage), table)
