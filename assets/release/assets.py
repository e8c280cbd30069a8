"""The Dagster asset `release`: all months' summary tables, protected, audited and published. The work is in `publish`."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg
from pydantic import Field

from assets import checks
from assets.advice import check
from assets.coverage.dependence import Ingested
from assets.disk import file_lock
from assets.errors import ReleaseRefused
from assets.ingest.assets import Rerun
from assets.progress import Progress
from assets.release.publication import PublicationOptions
from assets.release.publish import PublicationResult, publish
from assets.release.ui_metadata import release_metadata, table_previews
from assets.resources import Locations
from assets.warehouse import Warehouse
from schemas.extracts.contributions import DUE_DAY, GRACE_DAYS
from schemas.plausibility import PLAUSIBILITY
from schemas.summaries import SUMMARIES

_TABLES = ", ".join(f"`{table.name}`" for table in SUMMARIES)
_ABOUT = (
    "Every month's summary tables as one immutable release: DuckDB, Parquet, CSV, exports, report and manifest; `current` points "
    "to the live one. The partition is the month whose delivery caused it. Figures are protected and audited before they are "
    f"public.\n\n**Tables**: {_TABLES}."
)
_EXPECTED_DAY = DUE_DAY + 2 * GRACE_DAYS
# One release per month, at the latest one period of grace after the tick of the schedule.
_MONTHLY = dg.FreshnessPolicy.cron(f"0 4 {_EXPECTED_DAY} * *", timedelta(days=_EXPECTED_DAY - 1), "Asia/Jakarta")


class ReleaseConfig(Rerun):
    """The options of the publication; see `cakupan run --help`. `months`: by default the partition."""

    status: str = Field(
        default="", description="`final` or `corrected`; empty: provisional or revised, as figures changed."
    )
    reason: str = Field(
        default="", description="Why published figures change, or why a held month is right; it is published with them."
    )
    reason_class: str = Field(
        default="", description="R new data, C error, M method, G geography; empty: by the status."
    )
    embargo: str = Field(
        default="", description="Not public before, for example `2025-01-15 09:00 Asia/Jakarta`; empty: at once."
    )
    accept_incomplete: bool = Field(
        default=False,
        description="Publish the month though files of it were refused or are missing; needs a reason. Without it the release "
        "is held.",
    )
    months: list[str] = Field(
        default=[], description="Months that status and reason are for; empty: the month of the run."
    )


@dg.asset(
    group_name="release",
    deps=[*(table.name for table in SUMMARIES), PLAUSIBILITY.name],
    partitions_def=checks.MONTHS,
    kinds={"duckdb", "parquet", "csv"},
    pool=checks.WRITERS,
    description=_ABOUT,
    freshness_policy=_MONTHLY,
    check_specs=[check("audited", "release")],
)
def release(
    context: dg.AssetExecutionContext, config: ReleaseConfig, locations: Locations, progress: dg.ResourceParam[Progress]
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Publish; a refused candidate fails the run and leaves the live release untouched."""
    watch, months = checks.Stopwatch(), config.months or [context.partition_key]

    def publish_months() -> PublicationResult:
        refuse_outdated(locations.warehouse)
        with file_lock(locations.releases, "release"):
            options = PublicationOptions.parse(
                months,
                config.status,
                config.reason,
                config.reason_class,
                config.embargo,
                accept_incomplete=config.accept_incomplete,
            )
            return publish(locations.warehouse, locations.releases, options, force=config.force, progress=progress)

    published = yield from checks.attempted(
        locations.warehouse, publish_months, {"audited": "release"}, locations.releases
    )
    manifest = published.release.manifest
    yield dg.MaterializeResult(
        metadata={
            "status": manifest.release.status,
            **release_metadata(published),
            "release_id": manifest.release_id,
            **({"waits_until": published.waits_until} if published.waits_until else {}),
            "months": dg.MetadataValue.json(sorted(manifest.months)),
            "rows": dg.MetadataValue.json(manifest.rows),
            "dagster/row_count": dg.MetadataValue.int(sum(manifest.rows.values())),
            "unchanged": dg.MetadataValue.bool(published.reused),
            "seconds": dg.MetadataValue.float(round(watch.seconds, 3)),
            **table_previews(published),
        },
        check_results=[dg.AssetCheckResult(check_name="audited", passed=True)],
    )


def refuse_outdated(warehouse: Warehouse) -> None:
    """Raises ReleaseRefused where the delivery of a month changed after its tables were built."""
    ingested = Ingested(warehouse)
    months = [month for month in warehouse.months(PLAUSIBILITY.name) if ingested.is_outdated(month, by="deliveries")]
    if months:
        named = " ".join(f"--month {month}" for month in months)
        raise ReleaseRefused(
            f"{', '.join(months)} read a delivery that has changed since their tables were built; build them again: "
            f"cakupan run {named}; the live release is untouched"
        )
