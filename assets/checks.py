"""How findings become Dagster checks, metadata and failures; nothing here decides anything.

Belongs here: what every stage needs to report to Dagster. Not: checks of one stage. Counts and names only, never a value.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import dagster as dg

from assets.errors import explained
from assets.warehouse import Warehouse
from schemas.tables import Table

Made = TypeVar("Made")
MONTHS = dg.MonthlyPartitionsDefinition(start_date="2019-01", fmt="%Y-%m", timezone="Asia/Jakarta", end_offset=1)
WRITERS = "warehouse"  # the pool of every asset: one run writes at a time


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
            yield result(broken[name], name, passed=False, metadata={"why": failed.description or ""})
        raise


def result(
    asset: str,
    name: str,
    *,
    passed: bool,
    metadata: dict[str, Any],
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:
    """The result of a check of the asset."""
    return dg.AssetCheckResult(asset_key=asset, check_name=name, passed=passed, severity=severity, metadata=metadata)
