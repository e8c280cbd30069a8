"""How findings become Dagster checks, metadata and failures; nothing here decides anything.

Belongs here: the translation from reports and tables to Dagster's words. Counts and rule names only, never a value.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import dagster as dg
import polars as pl

from assets.errors import CakupanError
from assets.ingest.report import MonthReport
from assets.warehouse import Warehouse, usable
from schemas.model import Rule, Severity, Table
from schemas.projections import described

MONTHS = dg.MonthlyPartitionsDefinition(start_date="2019-01", fmt="%Y-%m", timezone="Asia/Jakarta", end_offset=1)
CONSERVED = "rows_conserved"
COMPLETE = "delivery_complete"


def rule_specs(asset: str, table: Table) -> list[dg.AssetCheckSpec]:
    """A check for each rule, and for what concerns the month as a whole."""
    specs = [_spec(asset, rule.name, f"{rule.because} ({rule.severity})") for rule in _rules(table)]
    conserved = dg.AssetCheckSpec(
        CONSERVED, asset=asset, blocking=True, description="rows read = accepted + quarantined + collapsed, file by file"
    )
    return [conserved, _spec(asset, COMPLETE, "every announced file arrived and could be read"), *specs]


def rule_results(asset: str, table: Table, report: MonthReport) -> Iterator[dg.AssetCheckResult]:
    """What the month's rules found. A fatal rule is an error above its tolerated share, a warning below it."""
    broken, applicable = report.broken(), report.applicable()
    yield _result(asset, CONSERVED, passed=all(file.is_conserved() for file in report.files), broken=0, of=report.total("rows_read"))
    lost = len(report.missing) + len(report.rejected())
    yield _result(asset, COMPLETE, passed=not lost, broken=lost, of=len(report.files) + len(report.missing), severity=dg.AssetCheckSeverity.WARN)
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
    """Errors for the user become failures that no retry repeats; errors of ours lose the values in their text."""
    try:
        with usable(warehouse.root):
            yield
    except CakupanError as error:
        raise dg.Failure(str(error), metadata={"kind": type(error).__name__}, allow_retries=False) from None
    except (pl.exceptions.PolarsError, TypeError, ValueError) as error:
        place = _place(error)
        message = f"an unexpected {type(error).__name__} at {place}: the text is withheld, it may quote a person's cell"
        raise dg.Failure(message, allow_retries=False) from None


def _place(error: BaseException) -> str:
    """File and line of ours that raised it."""
    trace, place = error.__traceback__, "an unknown place"
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if "/assets/" in file:
            place = f"{file.rpartition('/assets/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


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
        asset_key=asset, check_name=name, passed=passed, severity=severity, metadata=found | ({"mend": mend} if mend else {})
    )

