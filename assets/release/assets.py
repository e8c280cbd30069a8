"""The Dagster asset `release`: all months' summary tables, protected, audited and published. The work is in `publish`."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from assets import checks
from assets.check_docs import check
from assets.coverage.dependence import Ingested
from assets.disk import file_lock
from assets.errors import ReleaseRefused
from assets.ingest.assets import Rerun
from assets.month_selection import THIS_MONTH
from assets.months_in_run import AssetMonth, Events, run_once
from assets.partitions import MONTHS, ONE_RUN, POOL, dependencies
from assets.progress import LoggedProgress, Progress
from assets.release.publication import PublicationOptions
from assets.release.publish import publish
from assets.release.ui_metadata import release_metadata, table_previews
from assets.resources import Locations
from assets.warehouse import Warehouse
from schemas.plausibility import PLAUSIBILITY
from schemas.summaries import SUMMARIES

_TABLES = ", ".join(f"`{table.name}`" for table in SUMMARIES)
_ABOUT = (
    "Every month's summary tables as one immutable release: DuckDB, Parquet, CSV, exports, report and manifest; `current` points "
    "to the live one. The partition is the month whose delivery caused it. Figures are protected and audited before they are "
    f"public.\n\n**Tables**: {_TABLES}."
)


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
    deps=dependencies((table.name, THIS_MONTH) for table in (*SUMMARIES, PLAUSIBILITY)),
    partitions_def=MONTHS,
    backfill_policy=ONE_RUN,
    kinds={"duckdb", "parquet", "csv"},
    pool=POOL,
    description=_ABOUT,
    check_specs=[check("audited", "release")],
)
def release(
    context: dg.AssetExecutionContext, config: ReleaseConfig, locations: Locations, progress: dg.ResourceParam[Progress]
) -> Events:
    """Publish; a refused candidate fails the run and leaves the live release untouched.

    A backfill of several months builds one release.
    """
    watch, warehouse, logged = checks.Stopwatch(), locations.warehouse, LoggedProgress(context.log, progress)
    judged = [month for month in context.partition_keys if month in warehouse.months(PLAUSIBILITY.name)]

    def build(_: str) -> Iterator[AssetMonth]:
        refuse_outdated(warehouse)
        with file_lock(locations.releases, "release"):
            options = PublicationOptions.parse(
                config.months or judged,
                config.status,
                config.reason,
                config.reason_class,
                config.embargo,
                accept_incomplete=config.accept_incomplete,
            )
            published = publish(
                warehouse,
                locations.releases,
                options,
                force=config.force,
                progress=logged,
            )
        manifest = published.release.manifest
        metadata = {
            "status": dg.MetadataValue.text(manifest.release.status),
            **release_metadata(published),
            "release_id": dg.MetadataValue.text(manifest.release_id),
            **({"waits_until": dg.MetadataValue.text(published.waits_until)} if published.waits_until else {}),
            "months": dg.MetadataValue.json(sorted(manifest.months)),
            "rows": dg.MetadataValue.json(manifest.rows),
            "dagster/row_count": dg.MetadataValue.int(sum(manifest.rows.values())),
            "unchanged": dg.MetadataValue.bool(published.reused),
            "seconds": dg.MetadataValue.float(round(watch.seconds, 3)),
            **table_previews(published),
        }
        yield AssetMonth("release", metadata, checks=(checks.result("release", "audited", passed=True),))

    yield from run_once(
        context,
        locations,
        build,
        judged,
        needs=[PLAUSIBILITY.name],
        blocking={"audited": "release"},
        roots=[locations.releases],
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
