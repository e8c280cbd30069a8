"""How findings become Dagster checks, metadata and failures; nothing here decides anything.

Belongs here: the translation from reports and tables to Dagster's words. Counts and rule names only, never a value.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import dagster as dg
import polars as pl

from assets.errors import explained
from assets.ingest.report import MonthReport
from assets.warehouse import Warehouse
from schemas.model import Rule, Severity, Table
from schemas.projections import described

MONTHS = dg.MonthlyPartitionsDefinition(start_date="2019-01", fmt="%Y-%m", timezone="Asia/Jakarta", end_offset=1)
CONSERVED = "rows_conserved"
COMPLETE = "delivery_complete"


def rule_specs(asset: str, table: Table) -> list[dg.AssetCheckSpec]:
    """A check for each rule, and for what concerns the month as a whole."""
    specs = [_spec(asset, rule.name, f"{rule.because} ({rule.severity})") for rule in _rules(table)]
    conserved = dg.AssetCheckSpec(
        CONSERVED,
        asset=asset,
        blocking=True,
        description="rows read = accepted + quarantined + collapsed, file by file",
    )
    return [conserved, _spec(asset, COMPLETE, "every announced file arrived and could be read"), *specs]


def rule_results(asset: str, table: Table, report: MonthReport) -> Iterator[dg.AssetCheckResult]:
    """What the month's rules found. A fatal rule is an error above its tolerated share, a warning below it."""
    broken, applicable = report.broken(), report.applicable()
    yield _result(
        asset,
        CONSERVED,
        passed=all(file.is_conserved() for file in report.files),
        broken=0,
        of=report.total("rows_read"),
    )
    lost = len(report.missing) + len(report.rejected())
    yield _result(
        asset,
        COMPLETE,
        passed=not lost,
        broken=lost,
        of=len(report.files) + len(report.missing),
        severity=dg.AssetCheckSeverity.WARN,
    )
    for rule in _rules(table):
        count, of = broken[rule.name], applicable[rule.name]
        grave = rule.severity is Severity.FATAL and count > rule.allow * of
        severity = dg.AssetCheckSeverity.ERROR if grave else dg.AssetCheckSeverity.WARN
        passed = count == 0 or rule.severity is Severity.CHARACTERIZATION
        yield _result(asset, rule.name, passed=passed, broken=count, of=of, severity=severity, mend=rule.mend)


def column_schema(table: Table) -> dg.TableSchema:
    """The table's columns for the Dagster UI."""
    return dg.TableSchema([dg.TableColumn(f.name, str(f.dtype), description=described(f)) for f in table.fields])


def table_metadata(warehouse: Warehouse, table: Table, month: str, seconds: float) -> dict[str, dg.MetadataValue]:
    """Row count, columns, place (relative to the warehouse) and duration of a month of a table."""
    files = warehouse.files(table.name, month)
    rows = pl.scan_parquet(files).select(pl.len()).collect().item()
    return {
        "dagster/partition_row_count": dg.MetadataValue.int(rows),
        "dagster/column_schema": dg.MetadataValue.table_schema(column_schema(table)),
        "path": dg.MetadataValue.text(warehouse.month(table.name, month).relative_to(warehouse.root).as_posix()),
        "bytes": dg.MetadataValue.int(sum(path.stat().st_size for path in files)),
        "seconds": dg.MetadataValue.float(round(seconds, 3)),
    }


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
def failing_clearly(warehouse: Warehouse) -> Iterator[None]:
    """Every error becomes a failure of one line that no retry repeats and that quotes no cell."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  the text of any error may quote a person's cell
        clear = explained(error, warehouse.root)
        raise dg.Failure(str(clear), metadata={"kind": type(clear).__name__}, allow_retries=False) from None


def _rules(table: Table) -> tuple[Rule, ...]:
    return (*table.all_rules(), *table.cross_row_rules())


def _spec(asset: str, name: str, about: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(name, asset=asset, description=about)


def _result(
    asset: str,
    name: str,
    *,
    passed: bool,
    broken: int,
    of: int,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
    mend: str = "",
) -> dg.AssetCheckResult:
    found: dict[str, int | str] = {"broken": broken, "applicable": of}
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=name,
        passed=passed,
        severity=severity,
        metadata=found | ({"mend": mend} if mend else {}),
    )
