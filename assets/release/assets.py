"""The asset of the stage release: all months' summaries, protected, audited and switched to. The work is in `publish`."""

from datetime import timedelta

import dagster as dg
from pydantic import Field

from assets import checks
from assets.advice import check
from assets.ingest.assets import Rerun
from assets.release.declared import Declared
from assets.release.publish import publish
from assets.release.showing import previews, shown
from assets.resources import Places
from assets.storage.disk import locked
from schemas.summaries import SUMMARIES

_TABLES = ", ".join(f"`{table.name}`" for table in SUMMARIES)
_ABOUT = (
    "Every month's summary tables as one immutable release: DuckDB, Parquet, CSV, exports, report and manifest; `current` points "
    "to the live one. The partition is the month whose arrival caused it. Figures are protected and audited before anybody "
    f"sees them.\n\n**Tables**: {_TABLES}."
)
# A release every month, made from its first day on and no later than five days after the schedule's tick.
_MONTHLY = dg.FreshnessPolicy.cron("0 4 20 * *", timedelta(days=19), "Asia/Jakarta")


class Publication(Rerun):
    """What the operator says of the release; see `cakupan run --help`. `months`: those meant, else the partition."""

    status: str = Field(
        default="", description="`final` or `corrected`; empty: provisional or revised, as figures changed."
    )
    reason: str = Field(default="", description="Why published figures change; it is published with them.")
    reason_class: str = Field(
        default="", description="R new data, C error, M method, G geography; empty: by the status."
    )
    embargo: str = Field(
        default="", description="Not public before, for example `2025-01-15 09:00 Asia/Jakarta`; empty: at once."
    )
    months: list[str] = Field(
        default=[], description="Months that status and reason are for; empty: the month of the run."
    )


@dg.asset(
    group_name="release",
    deps=[table.name for table in SUMMARIES],
    partitions_def=checks.MONTHS,
    kinds={"duckdb", "parquet", "csv"},
    pool=checks.WRITERS,
    description=_ABOUT,
    freshness_policy=_MONTHLY,
    check_specs=[check("audited", "release")],
)
def release(
    context: dg.AssetExecutionContext, config: Publication, places: dg.ResourceParam[Places]
) -> dg.MaterializeResult:
    """Publish; a refused candidate fails the run and leaves the live release untouched."""
    watch, months = checks.Stopwatch(), config.months or [context.partition_key]
    with checks.failing_clearly(places.warehouse), locked(places.releases, "release"):
        declared = Declared.parse(months, config.status, config.reason, config.reason_class, config.embargo)
        published = publish(places.warehouse, places.releases, declared, force=config.force, progress=places.progress)
    return dg.MaterializeResult(
        metadata={
            "status": published.status,
            **shown(published),
            "release_id": published.release_id,
            **({"waits_until": published.waits_until} if published.waits_until else {}),
            "months": dg.MetadataValue.json(published.months),
            "rows": dg.MetadataValue.json(published.rows),
            "dagster/row_count": dg.MetadataValue.int(sum(published.rows.values())),
            "unchanged": dg.MetadataValue.bool(published.reused),
            "seconds": dg.MetadataValue.float(round(watch.seconds, 3)),
            **previews(published),
        },
        check_results=[dg.AssetCheckResult(check_name="audited", passed=True)],
    )
