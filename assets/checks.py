"""Reports of every stage to Dagster: metadata of a built month, results of checks, errors as failures.

Belongs here: what the stages share. Not: checks of one stage, the months of a run (`months_in_run`). Counts and names
only, never a value.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import dagster as dg

from assets.errors import explained
from assets.warehouse import Warehouse
from schemas.tables import Table

WARN, ERROR = dg.AssetCheckSeverity.WARN, dg.AssetCheckSeverity.ERROR


def table_metadata(warehouse: Warehouse, table: Table, month: str, seconds: float) -> dict[str, dg.MetadataValue]:
    """Row count, path within the warehouse, bytes, seconds and engine of a month of a table."""
    record = warehouse.month_metadata(table.name, month)
    return {
        "dagster/partition_row_count": dg.MetadataValue.int(record["rows"]),
        "path": dg.MetadataValue.text(f"{table.name}/month={month}"),
        "bytes": dg.MetadataValue.int(sum(file["bytes"] for file in record.get("files", {}).values())),
        "seconds": dg.MetadataValue.float(round(seconds, 3)),
        **({"engine": dg.MetadataValue.text(record["engine"])} if "engine" in record else {}),
    }


def data_version(warehouse: Warehouse, table: Table, month: str) -> dg.DataVersion:
    """The digest of the canonical form of a month, the same from every engine; otherwise the digest of its inputs."""
    record = warehouse.month_metadata(table.name, month)
    return dg.DataVersion(record.get("digest", record["fingerprint"])[:32])


class Stopwatch:
    """Seconds since its creation."""

    def __init__(self) -> None:
        """Start."""
        self._start = monotonic()

    @property
    def seconds(self) -> float:
        """Elapsed seconds."""
        return monotonic() - self._start


@contextmanager
def errors_as_failures(warehouse: Warehouse, *roots: Path) -> Iterator[None]:
    """Turn every error into a failure of one line that no retry repeats and that quotes no cell.

    `roots`: folders that the work writes to besides the warehouse, the most likely first.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001  the text of any error may quote a person's cell
        clear = explained(error, *roots, warehouse.local_dir)
        metadata = {"kind": type(clear).__name__, "check": clear.check}
        raise dg.Failure(str(clear), metadata=metadata, allow_retries=False) from None


def result(
    asset: str,
    name: str,
    *,
    passed: bool,
    metadata: dict[str, Any] | None = None,
    severity: dg.AssetCheckSeverity = ERROR,
) -> dg.AssetCheckResult:
    """The result of a check of the asset."""
    return dg.AssetCheckResult(asset_key=asset, check_name=name, passed=passed, severity=severity, metadata=metadata)
