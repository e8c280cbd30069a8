"""The assets of the stage coverage: one for each summary table.

Thin: the work is in `build`, `quality`, `summary` and the SQL.
"""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets import checks
from assets.check_docs import check
from assets.coverage.build import build_coverage
from assets.coverage.catalogue import CATALOGUE
from assets.coverage.dependence import INPUTS
from assets.coverage.quality import build_data_quality
from assets.coverage.summary import Summary, build_summary
from assets.coverage.survey.findings import survey_findings
from assets.ingest.assets import Rerun
from assets.month_selection import THIS_MONTH
from assets.months_in_run import AssetMonth, Events, run_months
from assets.partitions import MONTHS, ONE_RUN, POOL, dependencies
from assets.resources import Locations
from assets.warehouse import Warehouse
from schemas.registers import ENTRANTS, MEMBERSHIPS, PERSON_CELLS, TRANSITIONS
from schemas.summaries import COVERAGE, DATA_QUALITY
from schemas.tables import Table


def _built(warehouse: Warehouse, table: Table, month: str, seconds: float, *results: dg.AssetCheckResult) -> AssetMonth:
    metadata = checks.table_metadata(warehouse, table, month, seconds)
    return AssetMonth(table.name, metadata, checks.data_version(warehouse, table, month), results)


@dg.asset(
    group_name="coverage",
    deps=dependencies(INPUTS[COVERAGE.name]),
    partitions_def=MONTHS,
    backfill_policy=ONE_RUN,
    kinds={"duckdb", "sql"},
    pool=POOL,
    check_specs=[check(name, COVERAGE.name) for name in ("parts_add_up", "has_denominator", "survey_is_whole")],
)
def coverage(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> Events:
    """Coverage of the month."""
    warehouse = locations.warehouse

    def build(month: str) -> Iterator[AssetMonth]:
        watch = checks.Stopwatch()
        with warehouse.lock(f"coverage-{month}"):
            wave = str(build_coverage(warehouse, month, force=config.force)["survey_wave"])
        if not wave:
            context.log.warning(
                "%s has no complete workforce wave up to it: persons are counted, ratios are empty; deliver one", month
            )
        doubts = [finding.message for finding in survey_findings(warehouse, month)]
        for doubt in doubts:
            context.log.warning("%s: %s", month, doubt)
        yield _built(
            warehouse,
            COVERAGE,
            month,
            watch.seconds,
            checks.result(COVERAGE.name, "parts_add_up", passed=True),
            checks.result(
                COVERAGE.name,
                "has_denominator",
                passed=bool(wave),
                severity=checks.WARN,
                metadata={"survey_wave": wave or "none"},
            ),
            checks.result(
                COVERAGE.name,
                "survey_is_whole",
                passed=not doubts,
                severity=checks.WARN,
                metadata={"findings": "\n".join(doubts) or "none"},
            ),
        )

    blocking = {"parts_add_up": COVERAGE.name}
    yield from run_months(context, locations, build, needs=[PERSON_CELLS.name], blocking=blocking)


@dg.asset(
    group_name="coverage",
    deps=dependencies(INPUTS[DATA_QUALITY.name]),
    partitions_def=MONTHS,
    backfill_policy=ONE_RUN,
    kinds={"duckdb", "sql"},
    pool=POOL,
)
def data_quality(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> Events:
    """The results of the rules for the month's deliveries, by office."""

    def build(month: str) -> Iterator[AssetMonth]:
        watch = checks.Stopwatch()
        with locations.warehouse.lock(f"data_quality-{month}"):
            build_data_quality(locations.warehouse, month, force=config.force)
        yield _built(locations.warehouse, DATA_QUALITY, month, watch.seconds)

    yield from run_months(context, locations, build, needs=[MEMBERSHIPS.name])


def _asset(summary: Summary) -> dg.AssetsDefinition:
    table = summary.table

    @dg.asset(
        name=table.name,
        group_name="coverage",
        deps=dependencies(INPUTS[table.name]),
        partitions_def=MONTHS,
        backfill_policy=ONE_RUN,
        kinds={"duckdb", "sql"},
        pool=POOL,
        check_specs=[check(name, table.name) for name in ("available", *summary.notice_names)],
    )
    def summary_asset(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> Events:
        warehouse = locations.warehouse

        def build(month: str) -> Iterator[AssetMonth]:
            watch = checks.Stopwatch()
            with warehouse.lock(f"{table.name}-{month}"):
                reason = build_summary(warehouse, month, summary, force=config.force).reason
            available = checks.result(
                table.name,
                "available",
                passed=not reason,
                severity=checks.WARN,
                metadata={"reason": reason or "available"},
            )
            notices = _notices(summary, warehouse, month)
            yield _built(warehouse, table, month, watch.seconds, available, *notices)

        yield from run_months(context, locations, build, needs=_needs(summary))

    return summary_asset


def _needs(summary: Summary) -> list[str]:
    """The tables of the month itself without which the summary would only say that it is not available.

    Not the extracts: a month may do without an optional one, and the summary then names it. Not the changes since the month
    before, which a first month does not have.
    """
    may_be_absent = (TRANSITIONS.name, ENTRANTS.name)
    return [
        read.table.name
        for read in summary.inputs
        if read.is_required
        and read.select_months == THIS_MONTH
        and not read.table.extract
        and read.table.name not in may_be_absent
    ]


def _notices(summary: Summary, warehouse: Warehouse, month: str) -> list[dg.AssetCheckResult]:
    frame = pl.read_parquet(warehouse.files(summary.table.name, month))
    rows = summary.notices(frame)
    severity = checks.ERROR if summary.is_error(frame) else checks.WARN
    return [
        checks.result(summary.table.name, name, passed=not rows[name], severity=severity, metadata={"rows": rows[name]})
        for name in summary.notice_names
    ]


summaries = [_asset(summary) for summary in CATALOGUE]
