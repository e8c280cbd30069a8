"""The asset of the stage release: all months' summaries, protected, audited and switched to. The work is in `publish`."""

import dagster as dg

from assets import checks
from assets.ingest.assets import Rerun
from assets.release.declared import Declared
from assets.release.publish import publish
from assets.resources import Places
from assets.warehouse import locked
from schemas.summaries import SUMMARIES


class Publication(Rerun):
    """What the operator says of the release; see `cakupan run --help`. `months`: those meant, else the partition."""

    status: str = ""
    reason: str = ""
    reason_class: str = ""
    embargo: str = ""
    months: list[str] = []  # noqa: RUF012  Dagster copies defaults


@dg.asset(
    group_name="release",
    deps=[table.name for table in SUMMARIES],
    partitions_def=checks.MONTHS,
    kinds={"duckdb", "parquet", "csv"},
    owners=["team:cakupan"],
    pool=checks.WRITERS,
    description="Every month's summary tables as one immutable release: DuckDB, Parquet, CSV and manifest; `current` "
    "points to the live one. The partition is the month whose arrival caused it.",
    check_specs=[
        dg.AssetCheckSpec(
            "audited",
            asset="release",
            blocking=True,
            description="the written files passed every audit before the switch",
        )
    ],
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
            "release_id": published.release_id,
            "status": published.status,
            "waits_until": published.waits_until or "",
            "months": dg.MetadataValue.json(published.months),
            "rows": dg.MetadataValue.json(published.rows),
            "dagster/row_count": dg.MetadataValue.int(sum(published.rows.values())),
            "unchanged": dg.MetadataValue.bool(published.reused),
            "seconds": dg.MetadataValue.float(round(watch.seconds, 3)),
        },
        check_results=[dg.AssetCheckResult(check_name="audited", passed=True)],
    )
