"""The assets that judge a month's delivery as a whole, after its tables are built. The work is in `build`."""

from collections.abc import Iterator

import dagster as dg

from assets import checks
from assets.check_docs import check
from assets.coverage.dependence import INPUTS
from assets.ingest.assets import Rerun
from assets.months_in_run import AssetMonth, Events, run_months
from assets.partitions import MONTHS, ONE_RUN, POOL, dependencies
from assets.plausibility.build import build_measures, build_plausibility
from assets.plausibility.findings import Finding, read_findings
from assets.resources import Locations
from schemas.plausibility import MEASURES, PLAUSIBILITY
from schemas.summaries import COVERAGE, DATA_QUALITY
from schemas.summaries.flows import FLOWS

_NOT_COMPARED = "no month before: only limits that need none were applied"
_FOUND = dg.TableSchema(
    [dg.TableColumn("finding"), dg.TableColumn("holds", "bool"), dg.TableColumn("what"), dg.TableColumn("id")]
)


@dg.asset(
    name=MEASURES.name,
    group_name="coverage",
    deps=dependencies(INPUTS[MEASURES.name]),
    partitions_def=MONTHS,
    backfill_policy=ONE_RUN,
    kinds={"duckdb", "polars"},
    pool=POOL,
)
def delivery_measures(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> Events:
    """Measures of the month's delivery as a whole."""
    warehouse = locations.warehouse

    def build(month: str) -> Iterator[AssetMonth]:
        watch = checks.Stopwatch()
        with warehouse.lock(f"plausibility-{month}"):
            build_measures(warehouse, month, force=config.force)
        metadata = checks.table_metadata(warehouse, MEASURES, month, watch.seconds)
        yield AssetMonth(MEASURES.name, metadata, checks.data_version(warehouse, MEASURES, month))

    yield from run_months(context, locations, build, needs=[COVERAGE.name, FLOWS.name])


@dg.asset(
    name=PLAUSIBILITY.name,
    group_name="coverage",
    deps=dependencies(INPUTS[PLAUSIBILITY.name]),
    partitions_def=MONTHS,
    backfill_policy=ONE_RUN,
    kinds={"duckdb", "polars"},
    pool=POOL,
    check_specs=[check("plausible", PLAUSIBILITY.name), check("nothing_holds", PLAUSIBILITY.name)],
)
def plausibility(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> Events:
    """The implausible parts of the month's delivery; a finding that holds stops only the release."""
    warehouse = locations.warehouse

    def build(month: str) -> Iterator[AssetMonth]:
        watch = checks.Stopwatch()
        with warehouse.lock(f"plausibility-{month}"):
            before = build_plausibility(warehouse, month, force=config.force)
            found = read_findings(warehouse, month)
        for finding in found:
            context.log.warning("%s: %s%s", month, finding.message, " (holds the release)" if finding.holds else "")
        compared = {"compared_with": dg.MetadataValue.text(", ".join(before) or _NOT_COMPARED)}
        metadata = checks.table_metadata(warehouse, PLAUSIBILITY, month, watch.seconds) | compared
        version = checks.data_version(warehouse, PLAUSIBILITY, month)
        yield AssetMonth(PLAUSIBILITY.name, metadata, version, _results(found))

    yield from run_months(context, locations, build, needs=[MEASURES.name, DATA_QUALITY.name])


def _results(found: list[Finding]) -> list[dg.AssetCheckResult]:
    """The findings as a table; if one of them holds the release, the check is an error."""
    holding, kinds = [finding for finding in found if finding.holds], dg.AssetCheckSeverity
    asked = (("plausible", found, kinds.WARN), ("nothing_holds", holding, kinds.ERROR))
    return [
        dg.AssetCheckResult(
            asset_key=PLAUSIBILITY.name,
            check_name=name,
            passed=not rows,
            severity=severity,
            metadata={"findings": len(rows)}
            | ({"what": dg.MetadataValue.table(_records(rows), _FOUND)} if rows else {}),
        )
        for name, rows, severity in asked
    ]


def _records(found: list[Finding]) -> list[dg.TableRecord]:
    return [
        dg.TableRecord({"finding": row.finding, "holds": row.holds, "what": row.message, "id": row.finding_id})
        for row in found
    ]
