"""A summary table made from small drawn tables, through the product's own way from warehouse to warehouse.

Belongs here: setting a warehouse and reading the result. Not: any expectation.
"""

from pathlib import Path

import polars as pl
from tables import stored, written

from assets.coverage.summary import Summary, make_summary
from assets.warehouse import Warehouse
from schemas.model import Table

MONTH = "2024-12"


def given(warehouse: Warehouse, table: Table, text: str, month: str = MONTH, **usual: object) -> None:
    """Let the warehouse hold a month of a table: drawn cells, else `usual`, else null; `month` is filled in."""
    frame = stored(table, text, **({"month": pl.Series([f"{month}-01"]).str.to_date()[0]} | usual))
    with warehouse.candidate(table.name, month) as candidate:
        frame.write_parquet(candidate / "part-00000.parquet")
        warehouse.promote(table.name, month, candidate, {"fingerprint": f"{table.name}-{month}"})


def made(warehouse: Warehouse, summary: Summary, month: str = MONTH) -> pl.DataFrame:
    """The summary's month, made from what the warehouse holds."""
    make_summary(warehouse, month, summary, force=True)
    return pl.read_parquet(warehouse.files(summary.table.name, month))


def figures(frame: pl.DataFrame, *columns: str, **where: object) -> list[str]:
    """These columns of the rows that are so, as drawn rows, sorted."""
    rows = frame.filter([pl.col(name) == value for name, value in where.items()] or pl.lit(value=True))
    return written(rows.select(columns).sort(pl.all(), nulls_last=True))


def warehouse(root: Path) -> Warehouse:
    """An empty warehouse."""
    return Warehouse(root, memory_limit="500MB")
