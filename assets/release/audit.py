"""What a release candidate must pass: every audit reads the files as written, and any problem refuses the release.

Belongs here: the audits; each returns the problems it found, in words without figures of a cell. Not: mending them.
"""

import json
from pathlib import Path

import duckdb
import polars as pl
from pandera.errors import SchemaError, SchemaErrors

from assets.release.database import NAME
from assets.release.protect import Policy, exposed
from assets.warehouse import Warehouse
from schemas.model import Table
from schemas.projections import stored
from schemas.summaries import COVERAGE, SUMMARIES

_TOLERANCE = 1e-9


def problems(folder: Path, warehouse: Warehouse, months: list[str], rule: Policy) -> list[str]:
    """Everything wrong with the candidate; empty where it may be published."""
    found: list[str] = []
    with duckdb.connect(folder / NAME, read_only=True) as con:
        for table in SUMMARIES:
            frame = pl.read_parquet(folder / "parquet" / f"{table.name}.parquet")
            found += _shape(frame, table) + _copies(frame, table, folder, con) + _small(frame, table, rule)
    found += _ratios(pl.read_parquet(folder / "parquet" / "coverage.parquet"))
    for month in months:
        found += [f"{month}: {problem}" for problem in parts_are_whole(warehouse.files(COVERAGE.name, month))]
    return found + _listed(folder)


def _shape(frame: pl.DataFrame, table: Table) -> list[str]:
    found = []
    try:
        stored(table).validate(frame, lazy=True)
    except (SchemaError, SchemaErrors):
        found.append(f"{table.name} has not its declared columns and types, or a key is empty")
    if frame.select(table.key).is_duplicated().any():
        found.append(f"{table.name} has two rows of one key")
    if frame.is_empty():
        found.append(f"{table.name} is empty")
    return found


def _copies(frame: pl.DataFrame, table: Table, folder: Path, con: duckdb.DuckDBPyConnection) -> list[str]:
    """Parquet, CSV and DuckDB hold the same rows."""
    text = pl.read_csv(folder / "csv" / f"{table.name}.csv", infer_schema=False)
    kept = con.sql(f"SELECT * FROM {table.name}").pl()
    found = [] if text.height == frame.height else [f"{table.name}: CSV and Parquet differ in rows"]
    return found if kept.equals(frame) else [*found, f"{table.name}: DuckDB and Parquet differ"]


def _small(frame: pl.DataFrame, table: Table, rule: Policy) -> list[str]:
    return [f"{table.name} shows small counts"] if exposed(frame, table, rule) else []


def _ratios(frame: pl.DataFrame) -> list[str]:
    """Ratios are those of the published counts, and absent where a count is."""
    again = pl.col("protected_persons") / pl.when(pl.col("denominator_persons") > 0).then(pl.col("denominator_persons"))
    off = frame.filter((again - pl.col("coverage_ratio")).abs() > _TOLERANCE).height
    orphans = frame.filter(pl.col("coverage_ratio").is_not_null() & again.is_null()).height
    nameless = frame.filter(pl.col("coverage_ratio").is_not_null() & (pl.col("denominator_id") == "none")).height
    found = [f"{off} ratios are not those of their counts"] if off else []
    found += [f"{orphans} ratios have no counts"] if orphans else []
    return found + ([f"{nameless} ratios have no denominator_id"] if nameless else [])


def parts_are_whole(files: list[Path]) -> list[str]:
    """Before protection: regions add up to the nation, formal and informal to all, sexes and ages to their total."""
    frame = pl.read_parquet(files)
    total = frame.filter((pl.col("sex") == "all") & (pl.col("age_band") == "all"))
    any_one = total.filter(pl.col("denominator_id").is_in(["potential", "none"]))
    line = ["geography_basis", "segment", "programme"]
    levels = any_one.group_by(*line, "geography_level").agg(pl.col("protected_persons").sum())
    spread = levels.group_by(line).agg(pl.col("protected_persons").n_unique().alias("sums"))
    found = [] if (spread["sums"] == 1).all() else ["regions do not add up to the nation"]
    place = ["geography_basis", "geography_level", "region_code", "programme"]
    groups = any_one.filter(pl.col("segment").is_in(["all", "formal", "informal"]))
    signed = pl.when(pl.col("segment") == "all").then(-1).otherwise(1) * pl.col("protected_persons")
    if (groups.group_by(place).agg(signed.sum().alias("difference"))["difference"] != 0).any():
        found.append("formal and informal do not add up to all")
    parts = frame.filter((pl.col("programme") == "any") & (pl.col("geography_level") != "regency"))
    cell = ["geography_basis", "geography_level", "region_code", "segment"]
    for kind, other in (("sex", "age_band"), ("age_band", "sex")):
        one = parts.filter(pl.col(other) == "all", pl.col("denominator_id") != "employed")
        minus = pl.when(pl.col(kind) == "all").then(-1).otherwise(1) * pl.col("protected_persons")
        if (one.group_by(cell).agg(minus.sum().alias("difference"))["difference"] != 0).any():
            found.append(f"the parts by {kind} do not add up to their total")
    return found


def _listed(folder: Path) -> list[str]:
    """The manifest lists every file of the release."""
    listed = {entry["name"] for entry in json.loads((folder / "manifest.json").read_text())["files"]}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return [] if listed == there - {"manifest.json"} else ["the manifest does not list the files of the release"]
