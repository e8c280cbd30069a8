"""The asset of the stage release: all months' summaries, protected, audited and switched to. The work is in `publish`."""

import dagster as dg

from assets import checks
from assets.ingest.assets import Rerun
from assets.release.publish import publish
from assets.resources import Places
from schemas.summaries import SUMMARIES


@dg.asset(
    group_name="release",
    deps=[table.name for table in SUMMARIES],
    partitions_def=checks.MONTHS,
    kinds={"duckdb", "parquet", "csv"},
    owners=["team:cakupan"],
    description="Every month's summary tables as one immutable release: DuckDB, Parquet, CSV and manifest; `current` "
    "points to the newest. The partition is the month whose arrival caused it.",
    check_specs=[
        dg.AssetCheckSpec(
            "audited",
            asset="release",
            blocking=True,
            description="the written files passed every audit before the switch",
        )
    ],
)
def release(context: dg.AssetExecutionContext, config: Rerun, places: dg.ResourceParam[Places]) -> dg.MaterializeResult:
    """Publish; a refused candidate fails the run and leaves the live release untouched."""
    watch = checks.Stopwatch()
    with checks.failing_clearly(places.warehouse), places.warehouse.lock("release"):
        published = publish(places.warehouse, places.releases, force=config.force)
    return dg.MaterializeResult(
        metadata={
            "release_id": published.release_id,
            "months": dg.MetadataValue.json(published.months),
            "rows": dg.MetadataValue.json(published.rows),
            "dagster/row_count": dg.MetadataValue.int(sum(published.rows.values())),
            "unchanged": dg.MetadataValue.bool(published.reused),
            "seconds": dg.MetadataValue.float(round(watch.seconds, 3)),
        },
        check_results=[dg.AssetCheckResult(check_name="audited", passed=True)],
    )
