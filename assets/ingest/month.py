"""Ingestion of a month of an extract: ingest every file, resolve duplicates, check that rows are conserved, promote.

Belongs here: the order of these steps, and the check that no row was lost. Not here: the steps themselves.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from assets.csv_escaping import escape_formulas
from assets.engines.engine import column_types
from assets.errors import MonthRefused
from assets.ingest import duplicates
from assets.ingest.columns.regions import SCHEME_UNKNOWN, common_scheme
from assets.ingest.delivery import DeliveredFile, Delivery
from assets.ingest.process_pool import IngestTask, ingest_pool, worker_count
from assets.ingest.pseudonyms import PersonKey
from assets.ingest.report import FileReport, MonthReport
from assets.ingest.skipped_files import must_be_read, skipped_reports
from assets.progress import Progress, Silent
from assets.provenance import fingerprint
from assets.warehouse import Warehouse
from assets.warehouse.month_build import MonthBuild
from schemas.extracts.catalogue import OPTIONAL, stored_table
from schemas.tables import Table


def ingest_month(
    table: Table,
    delivery: Delivery,
    warehouse: Warehouse,
    key: PersonKey,
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> MonthReport:
    """Ingest the files of the extract and month, and promote the result.

    A delivery with the same content, code and key as last time is not read again, unless `force`.
    Raises MonthRefused if rows were lost or doubled, or if no file of an extract that every month needs could be read;
    then nothing is promoted.
    """
    stored = stored_table(table).name
    input_fingerprint = _input_fingerprint(table, delivery, key)
    quarantined = f"quarantine/{table.name}"
    identity = {"input_fingerprint": input_fingerprint, "landed": delivery.modification_digest(table.name)}
    build = MonthBuild(warehouse, delivery.month, (quarantined, stored), identity, private=(quarantined,))
    if known := build.known(force=force):
        return MonthReport.from_json(known["report"], reused=True)
    with build.candidates() as candidates:
        quarantine, accepted = candidates.folders[quarantined], candidates.folders[stored]
        task = IngestTask(table.name, delivery.month, str(accepted), str(quarantine), delivery.synthetic)
        missing = [name for name in delivery.missing if name.startswith(f"{table.name}/")]
        files = _ingest_files(task, delivery, progress or Silent())
        unsent = sum(delivery.missing_bytes[name] for name in missing)
        report = MonthReport(table.name, delivery.month, files, missing, missing_bytes=unsent)
        if report.files and not report.ingested() and table.name not in OPTIONAL:
            raise MonthRefused(_all_rejected(report))
        by_name = {file.name: file for file in report.files}
        if any(accepted.iterdir()):
            delivered = {file.name: file for file in delivery.files_of(table.name)}
            duplicates.resolve_duplicates(table, accepted, quarantine, delivered, by_name)
        if not any(accepted.iterdir()):
            _write_empty(table, accepted)
        _check_conservation(report, accepted, quarantine)
        _write_office_files(quarantine)
        # the report too: the content of a file may differ from the digest in the manifest, which the fingerprint contains
        report_json = json.dumps(report.as_json(), sort_keys=True)
        shared = {
            "fingerprint": fingerprint(input_fingerprint, report_json, code=(__name__,)),
            "persons_scale": delivery.persons_scale,
            "synthetic": delivery.synthetic,
        }
        candidates.describe(quarantined, shared)
        columns, rows = column_types(stored_table(table)), report.total("rows_accepted")
        candidates.describe(stored, shared | {"rows": rows, "columns": columns, "report": report.as_json()})
    return report


def _input_fingerprint(table: Table, delivery: Delivery, key: PersonKey) -> str:
    return fingerprint(
        delivery.fingerprint(table.name),
        key.fingerprint,
        delivery.month,
        str(delivery.persons_scale),
        str(delivery.synthetic),
        *delivery.missing,
        code=(__name__,),
    )


def _ingest_files(task: IngestTask, delivery: Delivery, progress: Progress) -> list[FileReport]:
    """Ingest all files. Returns their reports, sorted by file name."""
    files = delivery.files_of(task.extract)
    reports = skipped_reports(delivery, task.extract)
    to_read = [(position, file) for position, file in enumerate(files) if file.name not in reports]
    progress.begin(task.extract, len(to_read))
    with (
        ingest_pool(task, tuple(file for _, file in to_read)) as ingest_file,
        ThreadPoolExecutor(worker_count()) as pool,
    ):

        def report(numbered: tuple[int, DeliveredFile]) -> FileReport:
            found = ingest_file(*numbered)
            progress.advance(task.extract)
            return found

        reports |= {found.name: found for found in pool.map(report, to_read)}
        scheme = common_scheme(list(reports.values()))
        open_files = [
            (position, file) for position, file in to_read if reports[file.name].rejected == SCHEME_UNKNOWN and scheme
        ]
        reports |= {file.name: ingest_file(position, file, scheme) for position, file in open_files}
        for position, file in enumerate(files):
            if must_be_read(file, delivery, reports):
                reports[file.name] = ingest_file(position, file, scheme)
    return [reports[file.name] for file in files]


def _all_rejected(report: MonthReport) -> str:
    first = report.files[0]
    files = f"{report.extract} files of {report.month}"
    return f"cannot read any of the {len(report.files)} {files}; {first.name}: {first.message}"


def _write_empty(table: Table, accepted: Path) -> None:
    stored = stored_table(table)
    pl.DataFrame(schema=stored.storage).write_parquet(accepted / "part-00000-00000.parquet")


def _check_conservation(report: MonthReport, accepted: Path, quarantine: Path) -> None:
    """Compare the counts of the reports with the written files. Raises MonthRefused if rows were lost or doubled."""
    written = {
        folder: sum(pq.read_metadata(path).num_rows for path in folder.glob("*.parquet"))
        for folder in (accepted, quarantine)
    }
    lost = [file.name for file in report.files if not file.is_conserved()]
    totals = (report.total("rows_accepted"), report.total("rows_quarantined"))
    if lost or totals != (written[accepted], written[quarantine]):
        raise MonthRefused(
            f"{report.extract} of {report.month}: rows were lost or doubled in {', '.join(lost) or 'writing'}; "
            "nothing was promoted",
            check="rows_conserved",
        )


def _write_office_files(quarantine: Path) -> None:
    """Write one file per office with its quarantined rows in their original text, for the office to correct."""
    parts = sorted(quarantine.glob("*.parquet"))
    if not parts:
        return
    offices = quarantine / "offices"
    offices.mkdir(mode=0o700)
    rows = pl.read_parquet(parts)
    office = pl.col("office_code") if "office_code" in rows.columns else pl.lit(None, dtype=pl.String)
    name = office.fill_null("unknown").str.replace_all(r"[^0-9A-Za-z]", "_").str.slice(0, 20)
    for (code,), rows_of_office in rows.with_columns(name.alias("_office")).group_by("_office"):
        escape_formulas(rows_of_office.drop("_office").sort("source_file", "row_number")).write_csv(
            offices / f"{code or 'unknown'}.csv"
        )
