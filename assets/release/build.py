"""A release candidate: every summary table of every month as Parquet, CSV and DuckDB, its history, and a manifest.

Belongs here: what is in a release and in which order it is written, so that the same inputs give the same bytes. No clock is
read: the time of publication is part of the context (`lineage`), which the journal keeps.
"""

import hashlib
import json
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from assets.coverage.retention import completed
from assets.csv_escaping import escape_formulas
from assets.progress import Progress
from assets.release.database import build_database
from assets.release.disclosure.kept_proofs import KeptProofs
from assets.release.editions import PUBLIC, Edition
from assets.release.exports.write import write_exports
from assets.release.lineage import ReleaseContext, first_context, read_inputs
from assets.release.protect import Policy, protect_all
from assets.release.published_release import (
    MANIFEST,
    DeliveredExtract,
    DeliveredFile,
    Embargo,
    FileEntry,
    Manifest,
    SupersededRelease,
)
from assets.release.revision_log import build_revision_log
from assets.release.unsuppressed import show_all
from assets.release.workbook.write import write_workbook
from assets.warehouse import Warehouse
from schemas import code_lists
from schemas.extracts.catalogue import EXTRACTS, stored_table
from schemas.summaries import SUMMARIES
from schemas.summaries.retention import RETENTION
from schemas.tables import Table

CODE_LISTS = (
    "provinces",
    "regencies",
    "programmes",
    "segments",
    "age_bands",
    "sectors",
    "size_classes",
    "payers",
    "vulnerable_bases",
    "kur_schemes",
    "outreach_channels",
    "denominators",
    "indicators",
    "confidentiality",
    "release_statuses",
    "revision_reasons",
)
COMPLETIONS = {RETENTION.name: completed}  # adds the rows that only all months together can have


def build(
    warehouse: Warehouse,
    months: list[str],
    folder: Path,
    policy: Policy | None,
    context: ReleaseContext | None = None,
    progress: Progress | None = None,
    edition: Edition = PUBLIC,
) -> KeptProofs | None:
    """Fill the folder with the release of these months; returns its proofs, None without a policy.

    Without a policy nothing is suppressed. Without a context the release follows no other.

    Order: the tables of all months are read, protected together, compared
    with the release before and written. Then come exports, report and workbook, which are built from the written tables,
    and last the manifest. Raises ReleaseRefused where figures changed beyond their limit without a reason.
    """
    from assets.release.report.page import write_report  # imported here, because it loads the chart libraries

    inputs = read_inputs(warehouse, months, policy)
    context = context or first_context(inputs)
    earlier = context.earlier.folder if context.earlier else None
    frames = read_summaries(warehouse, months)
    protected = protect_all(frames, policy, earlier, progress, context.proofs) if policy else show_all(frames, edition)
    revisions = build_revision_log(protected.frames, inputs.sources, context)
    rows = _write_tables(protected.frames, folder)
    revisions.write(folder)
    accepted = [finding.as_json() for finding in context.accepted]
    _write_json(protected.certificate | {"accepted": accepted}, folder / "certificate.json")
    build_database(folder, edition.notice)
    if edition.has_exports and policy:
        write_exports(folder, rounding_base=policy.rounding_base)
    manifest = Manifest(
        edition=edition.name,
        notice=edition.notice,
        release_id=context.release_id,
        reference_month=f"{revisions.own.reference_month:%Y-%m}",
        release=revisions.own,
        embargo=_embargo(context),
        supersedes=_superseded(context),
        months={month: revisions.month(month, _delivered(warehouse, month)) for month in months},
        content=inputs.digest,
        sources=inputs.sources,
        engines={"duckdb": duckdb.__version__, "polars": pl.__version__},
        made_by={month: _from_metadata(warehouse, month, "engine") for month in months},
        policy=policy.parameters if policy else {},
        rows=rows,
        synthetic_months=[month for month in months if _is_synthetic(warehouse, month)],
        accepted=context.accepted,
        not_available={month: _from_metadata(warehouse, month, "reason") for month in months},
    )
    write_report(folder, manifest)
    write_workbook(folder, manifest)
    files = [_file_entry(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    manifest = manifest.model_copy(update={"files": files})
    _write_json(manifest.as_json(), folder / MANIFEST)
    return protected.proofs


def read_summaries(warehouse: Warehouse, months: list[str]) -> dict[str, pl.DataFrame]:
    """Every summary table with all its months: true counts and internal columns, which must not be published as they are."""
    return {table.name: _read_summary(warehouse, table, months) for table in SUMMARIES}


def _read_summary(warehouse: Warehouse, table: Table, months: list[str]) -> pl.DataFrame:
    frame = pl.concat([pl.read_parquet(warehouse.files(table.name, month)) for month in months])
    return COMPLETIONS[table.name](frame) if table.name in COMPLETIONS else frame


def _write_tables(frames: dict[str, pl.DataFrame], folder: Path) -> dict[str, int]:
    """Write tables and code lists as Parquet and CSV, rows in the order of the key; returns the number of rows by table."""
    for kind in ("parquet", "csv", "codes"):
        (folder / kind).mkdir()
    for table in SUMMARIES:
        frame = frames[table.name].sort(table.key)
        frame.write_parquet(folder / "parquet" / f"{table.name}.parquet", compression="zstd")
        escape_formulas(frame).write_csv(folder / "csv" / f"{table.name}.csv")
    for name in CODE_LISTS:
        code_lists.codes(name).write_csv(folder / "codes" / f"{name}.csv")
    return {table.name: frames[table.name].height for table in SUMMARIES}


def _write_json(content: dict[str, object], path: Path) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _embargo(context: ReleaseContext) -> Embargo | None:
    options = context.publication
    return Embargo(until=options.embargo, zone=options.embargo_zone) if options.embargo else None


def _superseded(context: ReleaseContext) -> SupersededRelease | None:
    before = context.superseded
    return SupersededRelease(release_id=before.release_id, manifest_sha256=before.manifest_digest()) if before else None


def _delivered(warehouse: Warehouse, month: str) -> dict[str, DeliveredExtract]:
    """The delivery of the month and the result of each file, by stored table."""
    found: dict[str, DeliveredExtract] = {}
    for extract in EXTRACTS:
        name = stored_table(extract).name
        report = warehouse.ingestion_report(name, month)
        # No counts of rows: data_quality has them by office, protected. Here a small one could be read.
        kept = tuple(DeliveredFile.model_fields)
        files = [DeliveredFile(**{key: file[key] for key in kept}) for file in report["files"]]
        found[name] = DeliveredExtract(missing=report["missing"], files=files)
    return found


def _is_synthetic(warehouse: Warehouse, month: str) -> bool:
    """Whether any delivery of the month declares itself synthetic."""
    return any(warehouse.month_metadata(stored_table(extract).name, month).get("synthetic") for extract in EXTRACTS)


def _from_metadata(warehouse: Warehouse, month: str, key: Literal["engine", "reason"]) -> dict[str, str]:
    """Table → the text under the key, where there is one: the engine, or the reason why the table is not available."""
    texts = {table.name: warehouse.month_metadata(table.name, month).get(key, "") for table in SUMMARIES}
    return {name: text for name, text in texts.items() if text}


def _file_entry(path: Path, folder: Path) -> FileEntry:
    content = path.read_bytes()
    name = path.relative_to(folder).as_posix()
    return FileEntry(name=name, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
