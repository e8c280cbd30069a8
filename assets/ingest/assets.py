"""The assets of the stage ingest: each extract of the month as a validated, pseudonymised table.

Thin on purpose: the work stands in `month` and the modules it calls.
"""

import dagster as dg

from assets import checks
from assets.errors import DeliveryRefused
from assets.ingest.month import ingest_month
from assets.ingest.report import MonthReport
from assets.resources import Places
from schemas.enrolments import ENROLMENTS
from schemas.extracts import BY_NAME, stored_table
from schemas.model import Table


class Rerun(dg.Config):
    """Whether to do work again that is known to be done."""

    force: bool = False


def _asset(table: Table) -> dg.AssetsDefinition:
    stored = stored_table(table)

    @dg.asset(
        name=stored.name,
        group_name="ingest",
        partitions_def=checks.MONTHS,
        check_specs=checks.rule_specs(stored.name, table),
        kinds={"polars", "pandera", "parquet"},
        owners=["team:cakupan"],
        pool=checks.WRITERS,
        description=f"{stored.about}. Grain: {stored.grain}. Source: the extract {table.name} of the month.",
        code_version="1",
    )
    def extract(
        context: dg.AssetExecutionContext, config: Rerun, places: dg.ResourceParam[Places]
    ) -> dg.MaterializeResult:
        month, watch = context.partition_key, checks.Stopwatch()
        with checks.failing_clearly(places.warehouse), places.warehouse.lock(f"{stored.name}-{month}"):
            delivery = places.delivery(month)
            if table is ENROLMENTS and not delivery.of(table.name):
                raise DeliveryRefused(f"{month} has no enrolments: put them in {month}/enrolments/")
            report = ingest_month(
                table, delivery, places.warehouse, places.key(delivery), force=config.force, progress=places.progress
            )
        _log(context, report)
        found = checks.table_metadata(places.warehouse, stored, month, watch.seconds) | _volumes(report)
        return dg.MaterializeResult(metadata=found, check_results=list(checks.rule_results(stored.name, table, report)))

    return extract


def _volumes(report: MonthReport) -> dict[str, dg.MetadataValue]:
    names = ("rows_read", "rows_accepted", "rows_quarantined", "rows_collapsed")
    counts = {name: dg.MetadataValue.int(report.total(name)) for name in names}
    rejected = {file.name: file.message for file in report.rejected()}
    return counts | {
        "files": dg.MetadataValue.int(len(report.files)),
        "files_rejected": dg.MetadataValue.json(rejected),
        "files_missing": dg.MetadataValue.json(report.missing),
        "unchanged": dg.MetadataValue.bool(report.reused),
    }


def _log(context: dg.AssetExecutionContext, report: MonthReport) -> None:
    for file in report.rejected():
        context.log.warning("%s: %s", file.name, file.message)
    for name in report.missing:
        context.log.warning("%s: announced and not there: send the file, or a new manifest", name)
    for file in report.files:
        if not file.counts_as_announced():
            context.log.warning("%s: %d rows read, %d announced", file.name, file.rows_read, file.rows_announced or 0)


memberships = _asset(BY_NAME["enrolments"])
employers = _asset(BY_NAME["employers"])
workforce = _asset(BY_NAME["workforce"])
contributions = _asset(BY_NAME["contributions"])
kur_debtors = _asset(BY_NAME["kur_debtors"])
regional_regulations = _asset(BY_NAME["regional_programmes"])
outreach_activities = _asset(BY_NAME["outreach"])
targets = _asset(BY_NAME["targets"])
