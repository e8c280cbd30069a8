"""A release candidate: every summary of every month as Parquet, CSV and DuckDB, its history, and a manifest.

Belongs here: what is in a release and in which order, so that the same inputs give the same bytes. No clock is read: the
moment of publication is part of the place a release is built for, which the journal keeps (`content.ReleaseContext`).
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets.coverage.retention import completed
from assets.csv_escaping import escape_formulas
from assets.progress import Progress
from assets.release.content import ReleaseContext, first_context, instant, read_inputs
from assets.release.database import build_database
from assets.release.exports.write import write_exports
from assets.release.protect import Policy, protect_all
from assets.release.revision_log import MANIFEST, RevisionLog, build_revision_log, manifest_digest
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
COMPLETED = {RETENTION.name: completed}  # rows that only all months together can have


def build(
    warehouse: Warehouse,
    months: list[str],
    folder: Path,
    rule: Policy,
    context: ReleaseContext | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Fill the folder with the release of these months; returns the manifest that it wrote.

    Without a place it follows no other release. Order: all tables of all months are gathered, then protected together,
    compared with the release before and written; what is made from the written tables comes last, and the manifest after
    it. Raises ReleaseRefused where published figures changed and nobody said why.
    """
    from assets.release.report.page import write_report  # here alone, for it brings the libraries of charts

    content = read_inputs(warehouse, months, rule)
    context = context or first_context(content)
    protected = protect_all(gathered(warehouse, months), rule, context.earlier, progress)
    revisions = build_revision_log(protected.frames, content.sources, context)
    rows = _write_tables(protected.frames, folder)
    revisions.write(folder)
    _write_json(protected.certificate | {"accepted": context.accepted}, folder / "certificate.json")
    build_database(folder)
    write_exports(folder, rounding_base=rule.rounding_base)
    manifest: dict[str, Any] = {
        **_identity(revisions, context),
        "months": {month: revisions.month(month) | {"inputs": _inputs(warehouse, month)} for month in months},
        "content": content.digest,
        "sources": asdict(content.sources),
        "engines": {"duckdb": duckdb.__version__, "polars": pl.__version__},
        "made_by": {month: _made_by(warehouse, month) for month in months},
        "policy": asdict(rule),
        "rows": rows,
        "synthetic_months": [month for month in months if _is_synthetic(warehouse, month)],
        "accepted": context.accepted,
        "not_available": {month: _not_available(warehouse, month) for month in months},
    }
    write_report(folder, manifest)
    manifest["files"] = [_entry(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    _write_json(manifest, folder / MANIFEST)
    return manifest


def _identity(revisions: RevisionLog, context: ReleaseContext) -> dict[str, Any]:
    """What the release is: its line in the registry as text, and the digest of the release before it."""
    own, before = revisions.own, context.superseded
    instants = {name: instant(own[name]) if own[name] else None for name in ("published_at", "embargo_until")}
    return {
        "release_id": context.release_id,
        "reference_month": f"{own['reference_month']:%Y-%m}",
        "release": own | instants | {"reference_month": own["reference_month"].isoformat()},
        "embargo": {"until": context.declared.embargo, "zone": context.declared.embargo_zone}
        if context.declared.embargo
        else None,
        "supersedes": {"release_id": before.name, "manifest_sha256": manifest_digest(before)} if before else None,
    }


def gathered(warehouse: Warehouse, months: list[str]) -> dict[str, pl.DataFrame]:
    """Every summary table with all its months, true counts and internal columns included: never to leave as it is."""
    return {table.name: _gathered(warehouse, table, months) for table in SUMMARIES}


def _gathered(warehouse: Warehouse, table: Table, months: list[str]) -> pl.DataFrame:
    frame = pl.concat([pl.read_parquet(warehouse.files(table.name, month)) for month in months])
    return COMPLETED[table.name](frame) if table.name in COMPLETED else frame


def _write_tables(frames: dict[str, pl.DataFrame], folder: Path) -> dict[str, int]:
    """Tables and code lists as Parquet and CSV, rows in the order of the key; the number of rows by table."""
    for kind in ("parquet", "csv", "codes"):
        (folder / kind).mkdir()
    for table in SUMMARIES:
        frame = frames[table.name].sort(table.key)
        frame.write_parquet(folder / "parquet" / f"{table.name}.parquet", compression="zstd")
        escape_formulas(frame).write_csv(folder / "csv" / f"{table.name}.csv")
    for name in CODE_LISTS:
        code_lists.codes(name).write_csv(folder / "codes" / f"{name}.csv")
    return {table.name: frames[table.name].height for table in SUMMARIES}


def _write_json(content: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _inputs(warehouse: Warehouse, month: str) -> dict[str, Any]:
    """What was delivered for the month and what became of it, by file."""
    found: dict[str, Any] = {}
    for extract in EXTRACTS:
        name = stored_table(extract).name
        stage = warehouse.month_metadata(name, month)
        # no counts of rows: data_quality has them by office, protected; here a small one could be read
        kept = ("name", "sha256", "bytes", "rejected", "repeats")
        report = stage.get("report", {"files": [], "missing": []})
        found[name] = {
            "missing": report["missing"],
            "files": [{key: file[key] for key in kept} for file in report["files"]],
        }
    return found


def _is_synthetic(warehouse: Warehouse, month: str) -> bool:
    """Whether any of the month's deliveries was made up, by its own word."""
    return any(warehouse.month_metadata(stored_table(extract).name, month).get("synthetic") for extract in EXTRACTS)


def _not_available(warehouse: Warehouse, month: str) -> dict[str, str]:
    """Table → why the month has nothing of it."""
    reasons = {table.name: warehouse.month_metadata(table.name, month).get("reason", "") for table in SUMMARIES}
    return {name: reason for name, reason in reasons.items() if reason}


def _made_by(warehouse: Warehouse, month: str) -> dict[str, str]:
    """Table → the engine that computed it, and its version; a table that is not available was computed by none."""
    engines = {table.name: warehouse.month_metadata(table.name, month).get("engine", "") for table in SUMMARIES}
    return {name: engine for name, engine in engines.items() if engine}


def _entry(path: Path, folder: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "name": path.relative_to(folder).as_posix(),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
