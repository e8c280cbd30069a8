"""The checks of an ingested extract: conserved rows, complete delivery, rules by severity.

Belongs here: the specifications of these checks, and their results from a report. Not here: reading a delivery (`month`),
checks of other stages.
"""

from collections.abc import Iterator

import dagster as dg

from assets import checks
from assets.check_docs import check
from assets.ingest.report import MonthReport
from schemas.extracts.catalogue import OPTIONAL
from schemas.tables import Rule, Severity, Table

CONSERVED = "rows_conserved"
COMPLETE = "delivery_complete"
_CHECKED = (Severity.FATAL, Severity.CONVENTION)  # a characterization is counted, and cannot fail
_FOUND = dg.TableSchema(
    [
        dg.TableColumn("rule"),
        dg.TableColumn("broken", "int"),
        dg.TableColumn("applicable", "int"),
        dg.TableColumn("remedy"),
    ]
)


def rule_specs(asset: str, table: Table) -> list[dg.AssetCheckSpec]:
    """Checks of the month as a whole, and one check per severity: each check costs 40 ms in the event log."""
    checked = [_group(severity) for severity in _CHECKED if rules(table, severity)]
    return [check(name, asset) for name in (CONSERVED, COMPLETE, *checked)]


def rule_results(asset: str, table: Table, report: MonthReport) -> Iterator[dg.AssetCheckResult]:
    """The results of a month. Broken rules warn; lost files are an error for an extract that every month needs."""
    conserved = all(file.is_conserved() for file in report.files)
    rows_read = report.total("rows_read")
    yield checks.result(asset, CONSERVED, passed=conserved, metadata={"broken": 0, "applicable": rows_read})
    lost = len(report.missing) + len(report.rejected())
    files = {"broken": lost, "applicable": len(report.files) + len(report.missing)}
    incomplete = dg.AssetCheckSeverity.WARN if report.extract in OPTIONAL else dg.AssetCheckSeverity.ERROR
    yield checks.result(asset, COMPLETE, passed=not lost, severity=incomplete, metadata=files)
    for severity in _CHECKED:
        found = rules(table, severity)
        if found:
            yield _severity_result(asset, severity, found, report)


def _severity_result(asset: str, severity: Severity, checked: list[Rule], report: MonthReport) -> dg.AssetCheckResult:
    """The check of the rules with one severity; its metadata list the broken rules with counts and remedies."""
    broken, applicable = report.broken(), report.applicable()
    found = [rule for rule in checked if broken[rule.name]]
    rows = [
        dg.TableRecord(
            {"rule": r.name, "broken": broken[r.name], "applicable": applicable[r.name], "remedy": r.remedy.en}
        )
        for r in found
    ]
    return checks.result(
        asset,
        _group(severity),
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "rules": len(checked),
            "rules_broken": len(found),
            "broken": sum(broken[rule.name] for rule in found),
            **({"broken_rules": dg.MetadataValue.table(rows, schema=_FOUND)} if rows else {}),
        },
    )


def rules(table: Table, severity: Severity) -> list[Rule]:
    """The rules of a table with this severity."""
    return [rule for rule in (*table.all_rules(), *table.cross_row_rules()) if rule.severity is severity]


def _group(severity: Severity) -> str:
    return f"rules_{severity.value}"
