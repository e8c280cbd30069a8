"""The assets that judge a month's delivery as a whole, once all its tables stand. The work is in `make`."""

from collections.abc import Iterator

import dagster as dg

from assets import checks
from assets.advice import check
from assets.ingest.assets import Rerun
from assets.plausibility.build import build_plausibility
from assets.plausibility.findings import Finding, read_findings
from assets.resources import Locations
from schemas.extracts.catalogue import EXTRACTS, stored_table
from schemas.plausibility import MEASURES, PLAUSIBILITY
from schemas.summaries import SUMMARIES
from schemas.tables import Table

_ABSOLUTE = "no month before: only limits that need none were asked"
_FOUND = dg.TableSchema(
    [dg.TableColumn("finding"), dg.TableColumn("holds", "bool"), dg.TableColumn("what"), dg.TableColumn("id")]
)


def _spec(table: Table, *deps: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        table.name, group_name="coverage", deps=deps, partitions_def=checks.MONTHS, kinds={"duckdb", "polars"}
    )


@dg.multi_asset(
    name="judgement",
    pool=checks.WRITERS,
    specs=[
        _spec(MEASURES, *(stored_table(table).name for table in EXTRACTS), "persons", "coverage", "flows"),
        _spec(PLAUSIBILITY, MEASURES.name, *(table.name for table in SUMMARIES)),
    ],
    check_specs=[check("plausible", PLAUSIBILITY.name), check("nothing_holds", PLAUSIBILITY.name)],
)
def judgement(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> Iterator[dg.MaterializeResult]:
    """What is implausible in the month's delivery; a finding that holds stops the release, and nothing before it."""
    month, watch = context.partition_key, checks.Stopwatch()
    with checks.failing_clearly(locations.warehouse), locations.warehouse.lock(f"plausibility-{month}"):
        before = build_plausibility(locations.warehouse, month, force=config.force)
        found = read_findings(locations.warehouse, month)
    for finding in found:
        context.log.warning("%s: %s%s", month, finding.message, " (holds the release)" if finding.holds else "")
    told: dict[str, dg.MetadataValue] = {"compared_with": dg.MetadataValue.text(", ".join(before) or _ABSOLUTE)}
    for table in (MEASURES, PLAUSIBILITY):
        yield dg.MaterializeResult(
            asset_key=table.name,
            metadata=checks.table_metadata(locations.warehouse, table, month, watch.seconds) | told,
            data_version=checks.data_version(locations.warehouse, table, month),
            check_results=_results(found) if table is PLAUSIBILITY else [],
        )


def _results(found: list[Finding]) -> list[dg.AssetCheckResult]:
    """What was found, as a table; of those that hold the check is an error."""
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
