"""The rows of data_quality for the offices of a month, from a few reports."""

from pathlib import Path

import polars as pl
from summaries import figures, warehouse

from assets.coverage.quality import build_data_quality
from assets.ingest.report import FileReport, MonthReport
from assets.warehouse import Warehouse


def delivered(store: Warehouse, month: str, *offices: str, refused: str = "") -> None:
    """A month of enrolments with a file of ten rows of each office, and one that was refused."""
    files = [FileReport(f"{office}.csv", office, 1, office, 10, 10) for office in offices]
    files += [FileReport(f"{refused}.csv", refused, 1, rejected="columns")] if refused else []
    report = MonthReport("enrolments", month, files).as_json()
    with store.candidate("memberships", month) as candidate:
        store.promote("memberships", month, candidate, {"fingerprint": " ".join(offices), "report": report})


def missing(store: Warehouse, month: str = "2024-12") -> list[str]:
    build_data_quality(store, month)
    frame = pl.read_parquet(store.files("data_quality", month))
    return figures(frame, "extract", "office_code", "severity", "broken_rows", "status", rule="office_missing")


def test_an_office_that_delivered_last_month_and_not_this_one_has_a_row(tmp_path: Path) -> None:
    store = warehouse(tmp_path)
    delivered(store, "2024-11", "A01", "B02", "C03")
    delivered(store, "2024-12", "A01", "D04")
    assert missing(store) == ["enrolments | B02 | volume | 1 | passed", "enrolments | C03 | volume | 1 | passed"]


def test_an_office_whose_file_was_refused_counts_as_missing(tmp_path: Path) -> None:
    store = warehouse(tmp_path)
    delivered(store, "2024-11", "A01", "B02")
    delivered(store, "2024-12", "A01", refused="B02")
    assert missing(store) == ["enrolments | B02 | volume | 1 | passed"]


def test_without_the_month_before_no_office_is_missing_and_its_arrival_makes_the_table_again(tmp_path: Path) -> None:
    store = warehouse(tmp_path)
    delivered(store, "2024-12", "A01")
    assert missing(store) == []
    delivered(store, "2024-11", "A01", "B02")
    assert missing(store) == ["enrolments | B02 | volume | 1 | passed"]
