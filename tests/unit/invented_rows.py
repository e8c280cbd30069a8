"""Invented rows of the registers, stored in a warehouse without a delivery.

Belongs here: rows that tests of several modules store. Not: the tables that are computed from them (`filled`,
`small_releases`).
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from assets.warehouse import Warehouse
from schemas.registers import PERSON_CELLS
from schemas.summaries import DATA_QUALITY
from schemas.tables import Table


def rows_of(table: Table, rows: list[dict[str, object]]) -> pl.DataFrame:
    """A frame of the stored columns; columns that a row lacks are empty."""
    return pl.DataFrame([dict.fromkeys(table.storage) | row for row in rows], schema=table.storage)


def person_cells(month: str, persons: Sequence[tuple[str, str, str, int]]) -> pl.DataFrame:
    """Protected persons, at home and at work alike: region, segment, sex and their number."""
    usual = {"month": _first(month), "age_band": "25-34", "status": "protected", "jkk": True, "jkm": True, "jht": False,
             "jp": False, "jkp": False, "dual_persons": 0}  # fmt: skip
    cells = [
        usual
        | {
            "geography_basis": basis,
            "region_code": region,
            "segment": segment,
            "sex": sex,
            "persons": number,
            "memberships": number,
        }
        for basis in ("home", "work")
        for region, segment, sex, number in persons
    ]
    return rows_of(PERSON_CELLS, cells)


def quality(month: str) -> pl.DataFrame:
    """One rule that the rows of one office satisfied."""
    row = {"month": _first(month), "extract": "enrolments", "office_code": "A01", "rule": "sex_present",
           "severity": "fatal", "applicable_rows": 90, "broken_rows": 0, "status": "passed"}  # fmt: skip
    return rows_of(DATA_QUALITY, [row])


def store(warehouse: Warehouse, month: str, frames: dict[str, pl.DataFrame]) -> None:
    """Store each frame as the month of its table."""
    for name, frame in frames.items():
        with warehouse.candidate(name, month) as candidate:
            frame.write_parquet(candidate / "part-00000.parquet")
            warehouse.promote(name, month, candidate, {"fingerprint": name})


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
