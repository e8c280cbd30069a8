"""Counts of quarantined rows by rule, office and file, from the reports of a month.

Belongs here: the counts. A report has no value of a row. Not: how they are printed (`quarantine`, `end_of_run`).
"""

from collections import Counter
from dataclasses import dataclass
from functools import cache

from assets.ingest.report import MonthReport
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import BY_NAME, EXTRACTS, stored_table
from schemas.tables import Rule, Severity, Table

VOLUMES = ("read", "accepted", "quarantined", "collapsed")  # counts of rows of a report, `rows_<name>`


@dataclass(frozen=True)
class QuarantinedRows:
    """Rows of a file that break a fatal rule, of one extract. Grain: one per file and rule."""

    extract: str
    office: str
    file: str
    rule: str
    rows: int


@dataclass(frozen=True)
class QuarantinedFile:
    """The quarantined rows of a file; each row counts once, however many rules it breaks."""

    extract: str
    office: str
    file: str
    rows: int


def month_report(warehouse: Warehouse, table: Table, month: str) -> MonthReport | None:
    """The report of a month of an extract; None if it was not ingested."""
    metadata = warehouse.month_metadata(stored_table(table).name, month)
    return MonthReport.from_json(metadata["report"], reused=True) if metadata else None


@cache
def fatal_rules(extract: str) -> dict[str, Rule]:
    """The rules of an extract that quarantine a row, by name."""
    table = BY_NAME[extract]
    rules = (*table.all_rules(), *table.cross_row_rules())
    return {rule.name: rule for rule in rules if rule.severity is Severity.FATAL}


def quarantined_files(warehouse: Warehouse, month: str) -> list[QuarantinedFile]:
    """The files of the month that have quarantined rows."""
    return [
        QuarantinedFile(table.name, file.office_code, file.name, file.rows_quarantined)
        for table in EXTRACTS
        if (report := month_report(warehouse, table, month))
        for file in report.files
        if file.rows_quarantined
    ]


def quarantined_rows(warehouse: Warehouse, month: str) -> list[QuarantinedRows]:
    """The broken fatal rules of the month, by file."""
    return [
        QuarantinedRows(table.name, file.office_code, file.name, rule, count)
        for table in EXTRACTS
        if (report := month_report(warehouse, table, month))
        for file in report.files
        for rule, count in _counted(file.broken, table.name).items()
    ]


def _counted(broken: Counter[str], extract: str) -> dict[str, int]:
    return {rule: count for rule, count in broken.items() if count and rule in fatal_rules(extract)}
