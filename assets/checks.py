"""How findings become Dagster checks, metadata and failures; nothing here decides anything.

Belongs here: the translation from reports and tables to Dagster's words. Counts and rule names only, never a value.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import dagster as dg

from assets.advice import check
from assets.errors import explained
from assets.ingest.report import MonthReport
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import OPTIONAL
from schemas.tables import Rule, Severity, Table

Made = TypeVar("Made")
MONTHS = dg.MonthlyPartitionsDefinition(start_date="2019-01", fmt="%Y-%m", timezone="Asia/Jakarta", end_offset=1)
WRITERS = "warehouse"  # the pool of every asset: one run writes at a time
CONSERVED = "rows_conserved"
COMPLETE = "delivery_complete"
_FOUND = dg.TableSchema(
    [
        dg.TableColumn("rule"),
        dg.TableColumn("broken", "int"),
        dg.TableColumn("applicable", "int"),
        dg.TableColumn("mend"),
    ]
)


def rule_specs(asset: str, table: Table) -> list[dg.AssetCheckSpec]:
    """One check for what concerns the month as a whole, and one a severity: every check costs an event log 40 ms."""
    judged = [_group(severity) for severity in Severity if rules(table, severity)]
    return [check(name, asset) for name in (CONSERVED, COMPLETE, *judged)]


def rule_results(asset: str, table: Table, report: MonthReport) -> Iterator[dg.AssetCheckResult]:
    """What the month's rules found: rows that break one warn, lost files of an extract that every month needs are an error."""
    conserved = all(file.is_conserved() for file in report.files)
    of = report.total("rows_read")
    yield _result(asset, CONSERVED, passed=conserved, metadata={"broken": 0, "applicable": of})
    lost = len(report.missing) + len(report.rejected())
    files = {"broken": lost, "applicable": len(report.files) + len(report.missing)}
    grave = dg.AssetCheckSeverity.WARN if report.extract in OPTIONAL else dg.AssetCheckSeverity.ERROR
    yield _result(asset, COMPLETE, passed=not lost, severity=grave, metadata=files)
    for severity in Severity:
        found = rules(table, severity)
        if found:
            yield _judged(asset, severity, found, report)


def _judged(asset: str, severity: Severity, judged: list[Rule], report: MonthReport) -> dg.AssetCheckResult:
    """The rules of a severity in one check, those that are broken in a table: where, how often, how to mend it."""
    broken, applicable = report.broken(), report.applicable()
    found = [rule for rule in judged if broken[rule.name]]
    rows = [
        dg.TableRecord({"rule": r.name, "broken": broken[r.name], "applicable": applicable[r.name], "mend": r.mend})
        for r in found
    ]
    return _result(
        asset,
        _group(severity),
        passed=not found or severity is Severity.CHARACTERIZATION,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "rules": len(judged),
            "rules_broken": len(found),
            "broken": sum(broken[rule.name] for rule in found),
            **({"broken_rules": dg.MetadataValue.table(rows, schema=_FOUND)} if rows else {}),
        },
    )


def table_metadata(warehouse: Warehouse, table: Table, month: str, seconds: float) -> dict[str, dg.MetadataValue]:
    """Row count, place (relative to the warehouse) and duration of a month of a table; its columns stand with the asset."""
    record = warehouse.month_metadata(table.name, month)
    return {
        "dagster/partition_row_count": dg.MetadataValue.int(record["rows"]),
        "path": dg.MetadataValue.text(f"{table.name}/month={month}"),
        "bytes": dg.MetadataValue.int(sum(file["bytes"] for file in record.get("files", {}).values())),
        "seconds": dg.MetadataValue.float(round(seconds, 3)),
        **({"engine": dg.MetadataValue.text(record["engine"])} if "engine" in record else {}),
    }


def data_version(warehouse: Warehouse, table: Table, month: str) -> dg.DataVersion:
    """What a month of a table holds: the digest of its canonical form, the same from every engine; else of its inputs."""
    record = warehouse.month_metadata(table.name, month)
    return dg.DataVersion(record.get("digest", record["fingerprint"])[:32])


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        """Start."""
        self._start = monotonic()

    @property
    def seconds(self) -> float:
        """Elapsed."""
        return monotonic() - self._start


@contextmanager
def failing_clearly(warehouse: Warehouse, *first: Path) -> Iterator[None]:
    """Every error becomes a failure of one line that no retry repeats and that quotes no cell.

    `first`: places that the work writes to besides the warehouse, and rather than it.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001  the text of any error may quote a person's cell
        clear = explained(error, *first, warehouse.local_dir)
        metadata = {"kind": type(clear).__name__, "check": clear.check}
        raise dg.Failure(str(clear), metadata=metadata, allow_retries=False) from None


def attempted(
    warehouse: Warehouse, work: Callable[[], Made], broken: Mapping[str, str], *first: Path
) -> Generator[dg.AssetCheckResult, None, Made]:
    """What the work makes; where it is refused by a check, that check is reported as failed before the step fails.

    `broken`: check → the asset that it is a check of. Without this a failing month would still show last month's check.
    """
    try:
        with failing_clearly(warehouse, *first):
            return work()
    except dg.Failure as failed:
        name = str(failed.metadata["check"].value)
        if name in broken:
            yield _result(broken[name], name, passed=False, metadata={"why": failed.description or ""})
        raise


def rules(table: Table, severity: Severity) -> list[Rule]:
    """The rules of a table that are of that severity."""
    return [rule for rule in (*table.all_rules(), *table.cross_row_rules()) if rule.severity is severity]


def _group(severity: Severity) -> str:
    return f"rules_{severity.value}"


def _result(
    asset: str,
    name: str,
    *,
    passed: bool,
    metadata: dict[str, Any],
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(asset_key=asset, check_name=name, passed=passed, severity=severity, metadata=metadata)
