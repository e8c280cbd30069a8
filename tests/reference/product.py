"""The product's own way from accepted rows to tables: a nation stored in a warehouse, every stage made, tables read back.

Belongs here: what the reference is compared with. Not: any expectation.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from assets.coverage.build import build_coverage
from assets.coverage.catalogue import CATALOGUE
from assets.coverage.summary import Summary, build_summary
from assets.engines.duckdb_engine import DuckDB
from assets.registers.persons import build_persons
from assets.registers.prepayments import build_prepayments
from assets.registers.transitions import build_transitions
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import BY_NAME, stored_table
from schemas.summaries import SUMMARIES
from schemas.tables import Table
from tests.reference.rows import Nation, Row

EXTRACTS = {
    "memberships": "enrolments", "employers": "employers", "workforce": "workforce", "contributions": "contributions",
    "loans": "kur_debtors", "regulations": "regional_programmes", "activities": "outreach", "targets": "targets",
}  # fmt: skip


def name(month: date) -> str:
    return f"{month:%Y-%m}"


def warehouse(root: Path) -> Warehouse:
    return Warehouse(root, DuckDB(memory_limit="500MB"))


def put(held: Warehouse, table: Table, month: date, rows: Iterable[Any]) -> None:
    """Let the warehouse hold a month of a table, as if it had been ingested or made."""
    usual = {"month": month, "region_scheme": "kemendagri_2025", "person_check": 7, "flags": "", "source_file": "f"}
    frame = pl.DataFrame(
        [usual | (row if isinstance(row, dict) else asdict(row)) for row in rows],
        schema=dict(table.storage),
    )
    with held.candidate(table.name, name(month)) as candidate:
        frame.write_parquet(candidate / "part-00000.parquet")
        held.promote(table.name, name(month), candidate, {"fingerprint": f"{table.name}-{month}"})


def hold(held: Warehouse, nation: Nation) -> None:
    """Store every delivered extract of every month."""
    for month, delivery in nation.months.items():
        for what, extract in EXTRACTS.items():
            rows = getattr(delivery, what)
            if rows is not None:
                put(held, stored_table(BY_NAME[extract]), month, rows)


def registers(held: Warehouse, nation: Nation) -> None:
    for month in sorted(nation.months):
        build_prepayments(held, name(month))
    for month in nation.run:
        build_persons(held, name(month))
        build_transitions(held, name(month))


def tables(held: Warehouse, month: date) -> dict[str, list[Row] | None]:
    """Every summary table of the month as the product computes it; None: it is not available."""
    build_coverage(held, name(month))
    return {"coverage": read(held, month, "coverage")} | {one.table.name: table(held, month, one) for one in CATALOGUE}


def table(held: Warehouse, month: date, summary: Summary) -> list[Row] | None:
    """One summary table, from what the warehouse holds."""
    build_summary(held, name(month), summary)
    return read(held, month, summary.table.name)


def read(held: Warehouse, month: date, table: str) -> list[Row] | None:
    rows = pl.read_parquet(held.files(table, name(month))).drop("conf_status")
    if "availability" in rows.columns:
        if rows["availability"].to_list() == ["not_available"]:
            assert rows["reason"].item()
            return None
        assert rows["reason"].null_count() == rows.height
        rows = rows.drop("reason")
    return rows.to_dicts()


KEYS = {declared.name: declared.key for declared in SUMMARIES}
