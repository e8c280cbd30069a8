"""A warehouse of one month with a few regions, for tests of whole protected releases."""

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from assets.coverage.build import build_coverage
from assets.coverage.catalogue import CATALOGUE
from assets.coverage.summary import build_summary
from assets.release.disclosure.policy import Policy
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import stored_table
from schemas.extracts.workforce import WORKFORCE
from schemas.summaries import SUMMARIES
from tests.unit.invented_rows import person_cells, quality, rows_of, store

POLICY = Policy(10, sparse_percent=60)  # so that single figures are withheld, not whole breakdowns
MONTH = "2024-12"
PEOPLE = [
    (region, segment, sex, number)
    for region, numbers in {
        "3201": (400, 310, 220, 150), "3202": (300, 250, 180, 140), "3203": (260, 270, 190, 160), "3204": (3, 240, 170, 130),
        "3171": (900, 800, 300, 200), "3172": (700, 650, 280, 190), "3173": (720, 610, 240, 230),
        "5101": (500, 420, 210, 180), "5102": (460, 410, 230, 120), "5103": (430, 390, 220, 170),
    }.items()
    for (segment, sex), number in zip((("PU", "M"), ("PU", "F"), ("BPU", "M"), ("BPU", "F")), numbers, strict=True)
]  # fmt: skip
JAKON = [("3201", "JAKON", "M", 4), ("3202", "JAKON", "M", 130), ("3203", "JAKON", "M", 150), ("3171", "JAKON", "M", 200),
         ("3172", "JAKON", "M", 90), ("5101", "JAKON", "M", 110), ("5102", "JAKON", "M", 70)]  # fmt: skip


def warehouse_of(
    root: Path, persons: list[tuple[str, str, str, int]], without_jkm: Sequence[tuple[str, str, str, int]] = ()
) -> Warehouse:
    """A month of coverage: region, segment and sex with a number of persons; at home and at work alike."""
    warehouse = Warehouse(root)
    workforce = rows_of(stored_table(WORKFORCE), [])
    cells = pl.concat([person_cells(MONTH, persons), person_cells(MONTH, without_jkm).with_columns(jkm=False)])
    frames = {"person_cells": cells, "workforce": workforce, "data_quality": quality(MONTH)}
    store(warehouse, MONTH, frames)
    build_coverage(warehouse, MONTH)
    for summary in CATALOGUE:
        build_summary(warehouse, MONTH, summary)
    return warehouse


def write_release(folder: Path, shown: object) -> Path:
    (folder / "parquet").mkdir()
    for table in SUMMARIES:
        shown.frames[table.name].sort(table.key).write_parquet(folder / "parquet" / f"{table.name}.parquet")
    (folder / "certificate.json").write_text(json.dumps(shown.certificate))
    return folder
