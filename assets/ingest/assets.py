"""The assets of the stage ingest: each extract of the month as a validated, pseudonymised table.

Belongs here: what Dagster sees of ingestion. Not here: the work itself (`month` and the modules it calls).
"""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import dagster as dg
from pydantic import Field

from assets import checks
from assets.errors import DeliveryRefused, KeyRefused
from assets.ingest.checks import CONSERVED, rule_results, rule_specs, rules
from assets.ingest.columns.evidence import UNREADABLE
from assets.ingest.delivery import Delivery, read_delivery
from assets.ingest.month import ingest_month
from assets.ingest.pseudonyms import warehouse_key
from assets.ingest.report import MonthReport
from assets.month_selection import THIS_MONTH
from assets.months_in_run import AssetMonth, Events, run_months
from assets.partitions import MONTHS, ONE_RUN, POOL, dependencies
from assets.progress import LoggedProgress, Progress
from assets.resources import Locations
from assets.svg import stacked_bar_chart
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import BY_NAME, stored_table
from schemas.extracts.enrolments import ENROLMENTS
from schemas.tables import Severity, Table

MONTHS_SHOWN = 12
_BY_RULE = dg.TableSchema([dg.TableColumn("rule"), dg.TableColumn("rows", "int")])


class Rerun(dg.Config):
    """The run configuration of ingestion."""

    force: bool = Field(
        default=False, description="Do the work again even where inputs, code and key are as last time."
    )


@dg.asset(
    group_name="ingest",
    partitions_def=MONTHS,
    backfill_policy=ONE_RUN,
    kinds={"csv", "excel"},
    pool=POOL,
    tags={"privacy": "personal"},
    description="The landed files of the month, as the offices delivered them, and the key of the pseudonyms. Every extract reads "
    "them: a delivery that is refused, or a key that is missing, is one failure.",
)
def delivery(context: dg.AssetExecutionContext, config: Rerun, locations: Locations) -> Events:
    """Check the delivery and the key; nothing is written."""

    def build(month: str) -> Iterator[AssetMonth]:
        found = _delivery_of_run(context.run.run_id, locations.landing, month)
        try:
            warehouse_key(locations.warehouse, synthetic=found.synthetic)
        except KeyRefused as refused:
            kind = "synthetic" if found.synthetic else "not synthetic"
            raise KeyRefused(f"{refused} (the delivery of {month} is {kind}, as its manifest states)") from None
        yield AssetMonth(
            "delivery",
            {
                "files": dg.MetadataValue.int(len(found.files)),
                "bytes": dg.MetadataValue.int(sum(file.bytes for file in found.files)),
                "files_missing": dg.MetadataValue.json(list(found.missing)),
                "synthetic": dg.MetadataValue.bool(found.synthetic),
            },
            dg.DataVersion(found.fingerprint()[:32]),
        )

    yield from run_months(context, locations, build, needs=None)


def _asset(table: Table) -> dg.AssetsDefinition:
    stored = stored_table(table)

    @dg.asset(
        name=stored.name,
        group_name="ingest",
        deps=dependencies([("delivery", THIS_MONTH)]),
        partitions_def=MONTHS,
        backfill_policy=ONE_RUN,
        check_specs=rule_specs(stored.name, table),
        kinds={"polars", "pandera", "parquet"},
        pool=POOL,
    )
    def extract(
        context: dg.AssetExecutionContext, config: Rerun, locations: Locations, progress: dg.ResourceParam[Progress]
    ) -> Events:
        warehouse, logged = locations.warehouse, LoggedProgress(context.log, progress)

        def build(month: str) -> Iterator[AssetMonth]:
            watch = checks.Stopwatch()
            with warehouse.lock(f"{stored.name}-{month}"):
                landed = _delivery_of_run(context.run.run_id, locations.landing, month)
                key = warehouse_key(warehouse, synthetic=landed.synthetic)
                report = ingest_month(table, landed, warehouse, key, force=config.force, progress=logged)
            _log(context, report)
            chart = {"chart": dg.MetadataValue.md(_chart(warehouse, stored.name, month))}
            metadata = chart | _volumes(report) | checks.table_metadata(warehouse, stored, month, watch.seconds)
            yield AssetMonth(stored.name, metadata, checks=list(rule_results(stored.name, table, report)))

        yield from run_months(context, locations, build, needs=None, blocking={CONSERVED: stored.name})

    return extract


@lru_cache(maxsize=1)
def _delivery_of_run(run_id: str, landing: Path, month: str) -> Delivery:
    """The month's delivery, hashed once per run: each extract of the run reads it. Raises DeliveryRefused."""
    found = read_delivery(landing, month)
    if not found.files_of(ENROLMENTS.name):
        raise DeliveryRefused(f"{month} has no enrolments: put them in {month}/enrolments/")
    return found


def _volumes(report: MonthReport) -> dict[str, dg.MetadataValue]:
    """Counts of files and rows; the quarantined rows by rule, most frequent first. A row may break several rules."""
    names = ("rows_read", "rows_accepted", "rows_quarantined", "rows_collapsed")
    counts = {name: dg.MetadataValue.int(report.total(name)) for name in names}
    fatal = {rule.name for rule in rules(BY_NAME[report.extract], Severity.FATAL)}
    broken = [(rule, rows) for rule, rows in report.broken().most_common() if rule in fatal and rows]
    quarantined = [dg.TableRecord({"rule": rule, "rows": rows}) for rule, rows in broken]
    rejected = {file.name: file.message for file in report.rejected()}
    return counts | {
        "quarantine_by_rule": dg.MetadataValue.table(quarantined, _BY_RULE),
        "rows_by_characterization": dg.MetadataValue.json(_characterized(report)),
        "files": dg.MetadataValue.int(len(report.files)),
        "files_rejected": dg.MetadataValue.json(rejected),
        "columns_not_read": dg.MetadataValue.json({file.name: file.ignored for file in report.files if file.ignored}),
        "cells_repaired": dg.MetadataValue.json(_repaired(report)),
        "files_missing": dg.MetadataValue.json(report.missing),
        "unchanged": dg.MetadataValue.bool(report.reused),
    }


def _characterized(report: MonthReport) -> dict[str, int]:
    """By rule that only describes rows, the rows that are as described."""
    counts = report.broken()
    return {rule.name: counts[rule.name] for rule in rules(BY_NAME[report.extract], Severity.CHARACTERIZATION)}


def _repaired(report: MonthReport) -> dict[str, int]:
    """Field → number of cells whose damage could be repaired with certainty."""
    repaired: Counter[str] = Counter()
    for file in report.files:
        repaired.update({name: column.repaired for name, column in file.columns.items() if column.repaired})
    return dict(sorted(repaired.items()))


def _chart(warehouse: Warehouse, table: str, month: str) -> str:
    """A chart of accepted and quarantined rows of the last months, from the reports in their metadata."""
    months = [name for name in warehouse.months(table) if name <= month][-MONTHS_SHOWN:]
    files = {name: warehouse.month_metadata(table, name).get("report", {}).get("files", []) for name in months}
    kinds = ("rows_accepted", "rows_quarantined")
    counts = {name: [sum(file[kind] for file in found) for kind in kinds] for name, found in files.items()}
    return stacked_bar_chart("Rows accepted, and on top (orange) quarantined", "rows", counts)


def _log(context: dg.AssetExecutionContext, report: MonthReport) -> None:
    for file in report.rejected():
        context.log.warning("%s: %s", file.name, file.message)
    for name in report.missing:
        context.log.warning("%s: listed in the manifest but not delivered: send the file, or a new manifest", name)
    for file in report.files:
        if file.ignored:
            context.log.info("%s: ignored columns: %s", file.name, ", ".join(file.ignored))
        for name in (name for name, style in file.styles.items() if style == UNREADABLE):
            context.log.warning("%s: the texts of %s contradict each other: the column is ignored", file.name, name)
        if not file.matches_announced_rows():
            context.log.warning("%s: %d rows read, %d announced", file.name, file.rows_read, file.rows_announced or 0)


memberships = _asset(BY_NAME["enrolments"])
employers = _asset(BY_NAME["employers"])
workforce = _asset(BY_NAME["workforce"])
contributions = _asset(BY_NAME["contributions"])
kur_debtors = _asset(BY_NAME["kur_debtors"])
regional_regulations = _asset(BY_NAME["regional_programmes"])
outreach_activities = _asset(BY_NAME["outreach"])
targets = _asset(BY_NAME["targets"])
