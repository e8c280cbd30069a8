"""The assets of the stage coverage: one a summary table. The work stands in `make`, `quality`, `summary` and the SQL."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets import checks
from assets.advice import check
from assets.coverage.build import build_coverage
from assets.coverage.catalogue import CATALOGUE
from assets.coverage.quality import build_data_quality
from assets.coverage.summary import Summary, build_summary
from assets.coverage.survey.findings import survey_findings
from assets.ingest.assets import Rerun
from assets.resources import Locations
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import EXTRACTS, stored_table
from schemas.summaries import COVERAGE, DATA_QUALITY


@dg.asset(
    group_name="coverage",
    deps=["person_cells", "workforce"],
    partitions_def=checks.MONTHS,
    kinds={"duckdb", "sql"},
    pool=checks.WRITERS,
    check_specs=[check(name, "coverage") for name in ("parts_add_up", "has_denominator", "survey_is_whole")],
)
def coverage(
    context: dg.AssetExecutionContext, config: Rerun, locations: Locations
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Coverage of the month."""
    month, watch = context.partition_key, checks.Stopwatch()

    def made() -> dict[str, str | int]:
        with locations.warehouse.lock(f"coverage-{month}"):
            return build_coverage(locations.warehouse, month, force=config.force)

    counts = yield from checks.attempted(locations.warehouse, made, {"parts_add_up": COVERAGE.name})
    wave = str(counts["survey_wave"])
    if not wave:
        context.log.warning(
            "%s has no complete workforce wave up to it: persons are counted, ratios are empty; deliver one", month
        )
    doubts = [finding.message for finding in survey_findings(locations.warehouse, month)]
    for doubt in doubts:
        context.log.warning("%s: %s", month, doubt)
    yield dg.MaterializeResult(
        metadata=checks.table_metadata(locations.warehouse, COVERAGE, month, watch.seconds)
        | {"survey_wave": wave or "none"},
        data_version=checks.data_version(locations.warehouse, COVERAGE, month),
        check_results=[
            dg.AssetCheckResult(check_name="parts_add_up", passed=True),
            dg.AssetCheckResult(check_name="has_denominator", passed=bool(wave), severity=dg.AssetCheckSeverity.WARN),
            dg.AssetCheckResult(
                check_name="survey_is_whole",
                passed=not doubts,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"findings": "\n".join(doubts) or "none"},
            ),
        ],
    )


@dg.asset(
    group_name="coverage",
    deps=[stored_table(extract).name for extract in EXTRACTS],
    partitions_def=checks.MONTHS,
    kinds={"duckdb", "sql"},
    pool=checks.WRITERS,
)
def data_quality(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> dg.MaterializeResult:
    """What the rules found in the month's deliveries, by office."""
    month, watch = context.partition_key, checks.Stopwatch()
    with checks.failing_clearly(locations.warehouse), locations.warehouse.lock(f"data_quality-{month}"):
        build_data_quality(locations.warehouse, month, force=config.force)
    return dg.MaterializeResult(
        metadata=checks.table_metadata(locations.warehouse, DATA_QUALITY, month, watch.seconds),
        data_version=checks.data_version(locations.warehouse, DATA_QUALITY, month),
    )


def _asset(summary: Summary) -> dg.AssetsDefinition:
    table = summary.table

    @dg.asset(
        name=table.name,
        group_name="coverage",
        deps=sorted({read.table.name for read in summary.inputs}),
        partitions_def=checks.MONTHS,
        kinds={"duckdb", "sql"},
        pool=checks.WRITERS,
        check_specs=[check(name, table.name) for name in ("available", *summary.notice_names)],
    )
    def summarised(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> dg.MaterializeResult:
        month, watch = context.partition_key, checks.Stopwatch()
        with checks.failing_clearly(locations.warehouse), locations.warehouse.lock(f"{table.name}-{month}"):
            result = build_summary(locations.warehouse, month, summary, force=config.force)
        warn = dg.AssetCheckSeverity.WARN
        found = dg.AssetCheckResult(
            check_name="available",
            passed=not result.reason,
            severity=warn,
            metadata={"reason": result.reason or "available"},
        )
        return dg.MaterializeResult(
            metadata=checks.table_metadata(locations.warehouse, table, month, watch.seconds),
            data_version=checks.data_version(locations.warehouse, table, month),
            check_results=[found, *_noticed(summary, locations.warehouse, month)],
        )

    return summarised


def _noticed(summary: Summary, warehouse: Warehouse, month: str) -> list[dg.AssetCheckResult]:
    frame = pl.read_parquet(warehouse.files(summary.table.name, month))
    rows = summary.notices(frame)
    severity = dg.AssetCheckSeverity.ERROR if summary.is_error(frame) else dg.AssetCheckSeverity.WARN
    return [
        dg.AssetCheckResult(check_name=name, passed=not rows[name], severity=severity, metadata={"rows": rows[name]})
        for name in summary.notice_names
    ]


summaries = [_asset(summary) for summary in CATALOGUE]
