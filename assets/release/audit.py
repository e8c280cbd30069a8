"""What a release candidate must pass: every audit reads the files as written, and any problem refuses the release.

Belongs here: the audits; each returns the problems it found, in words without figures of a cell. Not: mending them.
"""

import hashlib
import json
from pathlib import Path

import duckdb
import polars as pl
from pandera.errors import SchemaError, SchemaErrors

from assets.coverage.sums import broken_sums
from assets.csv_escaping import escape_formulas
from assets.release.changes import align_columns, released_tables
from assets.release.database import NAME
from assets.release.disclosure.certificate import NAME as CERTIFICATE
from assets.release.disclosure.certificate import verify_certificate
from assets.release.history import History
from assets.release.protect import Policy
from assets.warehouse import Warehouse
from schemas.contracts import stored
from schemas.releases import history
from schemas.summaries import COVERAGE, SUMMARIES
from schemas.tables import Table

_TOLERANCE = 1e-9


def problems(
    folder: Path, warehouse: Warehouse, months: list[str], rule: Policy, superseded: Path | None = None
) -> list[str]:
    """Everything wrong with the candidate; empty where it may be published. `superseded` is the release before it."""
    found: list[str] = []
    with duckdb.connect(folder / NAME, read_only=True) as con:
        for table in SUMMARIES:
            frame = pl.read_parquet(folder / "parquet" / f"{table.name}.parquet")
            found += _shape(frame, table.released()) + _copies(frame, table, folder, con)
            found += _told_again(table, folder, con, superseded)
    found += _ratios(pl.read_parquet(folder / "parquet" / "coverage.parquet"))
    for month in months:
        rows = pl.read_parquet(warehouse.files(COVERAGE.name, month))
        found += [f"{month}: {problem}" for problem in broken_sums(rows, COVERAGE)]
    return found + verify_certificate(folder) + _policy(folder, rule) + _listed(folder)


def _shape(frame: pl.DataFrame, table: Table) -> list[str]:
    found = []
    try:
        stored(table).validate(frame, lazy=True)
    except (SchemaError, SchemaErrors):
        found.append(f"{table.name} has not its declared columns and types, or a key is empty")
    if frame.select(table.key).is_duplicated().any():
        found.append(f"{table.name} has two rows of one key")
    if frame.is_empty() and not table.may_be_empty:
        found.append(f"{table.name} is empty")
    return found


def _copies(frame: pl.DataFrame, table: Table, folder: Path, con: duckdb.DuckDBPyConnection) -> list[str]:
    """Parquet, CSV and DuckDB hold the same rows."""
    text = (folder / "csv" / f"{table.name}.csv").read_text(encoding="utf-8")
    kept = con.sql(f"SELECT * FROM {table.name}").pl()
    found = [] if text == escape_formulas(frame).write_csv() else [f"{table.name}: CSV and Parquet differ"]
    return found if kept.equals(frame) else [*found, f"{table.name}: DuckDB and Parquet differ"]


def _told_again(table: Table, folder: Path, con: duckdb.DuckDBPyConnection, superseded: Path | None) -> list[str]:
    """The history holds what the release before published, all of it and nothing else; by induction, all before it too."""
    declared, released = history(table), table.released()
    kept = pl.read_parquet(folder / "history" / f"{declared.name}.parquet")
    found = (
        []
        if con.sql(f"SELECT * FROM {declared.name}").pl().equals(kept)
        else [f"{declared.name}: DuckDB and Parquet differ"]
    )
    if superseded is None:
        return found + ([] if kept.is_empty() else [f"{declared.name} has rows that no release published"])
    before = History.read(superseded).replaced[table.name]
    newest = kept["until_sequence"].max() if kept.height > before.height else None
    appended_to = kept.filter(pl.col("until_sequence") != newest) if newest else kept
    if not appended_to.equals(before):
        found.append(f"{declared.name} is not the one of {superseded.name} with more rows")
    then = align_columns(released_tables(superseded).get(table.name), released).sort(table.key)
    told = con.sql(f"SELECT * FROM {table.name}_in(?)", params=[superseded.name]).pl().sort(table.key)
    return found if told.equals(then) else [*found, f"{table.name}: the history does not give back {superseded.name}"]


def _ratios(frame: pl.DataFrame) -> list[str]:
    """Ratios are those of the published counts, and absent where a count is."""
    again = pl.col("protected_persons") / pl.when(pl.col("denominator_persons") > 0).then(pl.col("denominator_persons"))
    off = frame.filter((again - pl.col("coverage_ratio")).abs() > _TOLERANCE).height
    orphans = frame.filter(pl.col("coverage_ratio").is_not_null() & again.is_null()).height
    gap = pl.col("denominator_persons") - pl.col("protected_persons")
    gaps = frame.filter(pl.col("gap_persons").ne_missing(gap)).height
    outside = ~pl.col("coverage_ratio").is_between("ratio_low", "ratio_high")
    unbound = frame.filter(outside.fill_null(value=False)).height
    nameless = frame.filter(pl.col("coverage_ratio").is_not_null() & (pl.col("denominator_id") == "none")).height
    found = [f"{off} ratios are not those of their counts"] if off else []
    found += [f"{orphans} ratios have no counts"] if orphans else []
    found += [f"{gaps} gaps are not those of their counts"] if gaps else []
    found += [f"{unbound} ratios lie outside their bounds"] if unbound else []
    return found + ([f"{nameless} ratios have no denominator_id"] if nameless else [])


def _policy(folder: Path, rule: Policy) -> list[str]:
    """The certificate was made by the policy in force."""
    stated = json.loads((folder / CERTIFICATE).read_text())["policy_sha256"]
    return [] if stated == rule.digest() else ["the certificate was made by another policy"]


def _listed(folder: Path) -> list[str]:
    """The manifest lists every file of the release with its digest."""
    listed = {entry["name"]: entry["sha256"] for entry in json.loads((folder / "manifest.json").read_text())["files"]}
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    there = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    return [] if listed == there else ["the manifest does not list the files of the release as they are"]
