"""The workbook of a release, read by openpyxl: the same values, names beside codes, no formula, and marks for withheld figures."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from assets.release.editions import INTERNAL, PUBLIC, Edition
from assets.release.published_release import Manifest, MonthRecord, ReleaseRow
from assets.release.workbook.columns import sheet_columns
from assets.release.workbook.notes import COLUMNS, NOTES
from assets.release.workbook.selection import MOST_ROWS, select_rows, selected_table
from assets.release.workbook.sheets import HEADING_ROW
from assets.release.workbook.write import write_workbook
from schemas.summaries import COVERAGE, SUMMARIES
from schemas.tables import Table
from tests.judged import invented

MONTH = "2024-12"


def manifest(edition: Edition = PUBLIC) -> Manifest:
    row = ReleaseRow.model_construct(release_id="2024-12-0123456789", status="provisional")
    months = {month: MonthRecord.model_construct() for month in ("2024-11", MONTH)}
    return Manifest.model_construct(
        edition=edition.name,
        notice=edition.notice,
        release_id=row.release_id,
        reference_month=MONTH,
        release=row,
        months=months,
        policy={"min_count": 10} if edition.policy else {},
    )


def frames() -> dict[str, pl.DataFrame]:
    """Invented rows of the reference month, and one of the month before."""
    found = {}
    for table in (table.released() for table in SUMMARIES):
        rows = invented(table).with_columns(month=pl.lit(date(2024, 12, 1))).unique(table.key, maintain_order=True)
        found[table.name] = pl.concat([rows, rows.head(1).with_columns(month=pl.lit(date(2024, 11, 1)))])
    return found


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbook")
    (folder / "parquet").mkdir()
    for name, frame in frames().items():
        frame.write_parquet(folder / "parquet" / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def book(release: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(write_workbook(release, manifest()))


def cells(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a table's sheet by column name."""
    names = [cell.value for cell in sheet[HEADING_ROW]]
    return [
        dict(zip(names, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=HEADING_ROW + 2)
    ]


def test_notes_come_first_and_every_table_has_a_sheet(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == [NOTES, COLUMNS, *(table.name for table in SUMMARIES)]
    notes = [str(cell.value) for row in book[NOTES].iter_rows() for cell in row if cell.value is not None]
    for text in (
        "Desember 2024",
        "December 2024",
        "2024-12-0123456789",
        "publik",
        "public",
        "Cara mengutip / How to cite",
    ):
        assert any(text in note for note in notes), text
    assert not any(INTERNAL.notice in note for note in notes)


def test_the_second_sheet_defines_every_column(book: openpyxl.Workbook) -> None:
    rows = [tuple(cell.value for cell in row) for row in book[COLUMNS].iter_rows(min_row=2)]
    declared = [(table.name, name) for table in SUMMARIES for name in table.released().names]
    assert [row[:2] for row in rows] == declared
    assert all(all(row[2:6]) for row in rows)


@pytest.mark.parametrize("table", [table.released() for table in SUMMARIES], ids=lambda table: table.name)
def test_cells_are_those_of_the_release(book: openpyxl.Workbook, table: Table) -> None:
    chosen = select_rows(frames()[table.name], table, MONTH).select(selected_table(table).names)
    assert chosen.height > 0
    can_be_withheld = {column.name for column in sheet_columns(table) if column.can_be_withheld}
    read = cells(book[table.name])
    assert len(read) == chosen.height
    for row, found in zip(chosen.iter_rows(named=True), read, strict=True):
        for name, value in row.items():
            if value is None and name in can_be_withheld and row["conf_status"] != "F":
                assert found[name] == row["conf_status"]
            elif isinstance(value, date):
                assert found[name] == datetime.combine(value, datetime.min.time())
            elif isinstance(value, int | float) and not isinstance(value, bool):  # Excel keeps 15 digits
                assert found[name] == pytest.approx(value, rel=1e-15)
            else:
                assert found[name] == value


def test_no_text_is_a_formula(book: openpyxl.Workbook) -> None:
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in found if cell.data_type == "f"] == []
    assert any(str(cell.value).startswith("=") for cell in found)


def test_codes_have_their_names_beside_them(book: openpyxl.Workbook) -> None:
    for row in cells(book["flows"]):
        if row["segment"] == "BPU":
            assert row["segment_name_id"] == "Bukan Penerima Upah"
            assert row["segment_name_en"] == "own-account and informal workers"
    assert {row["segment"] for row in cells(book["flows"])} >= {"BPU"}


def test_headings_stay_in_sight_and_have_filters(book: openpyxl.Workbook) -> None:
    for table in SUMMARIES:
        sheet = book[table.name]
        assert sheet.auto_filter.ref.startswith(f"A{HEADING_ROW + 1}:")
        assert sheet.freeze_panes.endswith(str(HEADING_ROW + 2))


def test_the_newest_month_and_totals_come_first() -> None:
    regions, segments = ("32", "ID", "00", "11"), ("BPU", "all", "PU")
    keys = {"geography_basis": "home", "geography_level": "province", "programme": "any", "sex": "all", "age_band": "all",
            "denominator_id": "none"}  # fmt: skip
    rows = [
        {"month": month, "region_code": region, "segment": segment, **keys}
        for month in (date(2024, 11, 1), date(2024, 12, 1))
        for region in regions
        for segment in segments
    ]
    table = COVERAGE.released()
    frame = pl.DataFrame([dict.fromkeys(table.names) | row for row in rows], schema=table.storage)
    chosen = select_rows(frame, table, MONTH).select("month", "region_code", "segment").rows()
    newest = [
        (date(2024, 12, 1), region, segment) for region in ("ID", "11", "32", "00") for segment in ("all", "PU", "BPU")
    ]
    assert chosen == newest + [(date(2024, 11, 1), "ID", segment) for segment in ("all", "PU", "BPU")]


def test_coverage_leaves_sex_age_and_programmes_of_regencies_out() -> None:
    table = COVERAGE.released()
    usual = dict.fromkeys(table.names) | {"month": date(2024, 12, 1), "geography_level": "regency", "region_code": "3201",
                                          "programme": "any", "sex": "all", "age_band": "all"}  # fmt: skip
    changed = (
        {},
        {"sex": "F"},
        {"age_band": "15-24"},
        {"programme": "jkk"},
        {"programme": "jkk", "geography_level": "nation"},
    )
    frame = pl.DataFrame([usual | change for change in changed], schema=table.storage)
    kept = select_rows(frame, table, MONTH).select("geography_level", "programme", "sex", "age_band").rows()
    assert sorted(kept) == [("nation", "jkk", "all", "all"), ("regency", "any", "all", "all")]
    many = pl.concat([frame.head(1)] * (MOST_ROWS + 1))
    assert select_rows(many, table, MONTH).height == MOST_ROWS


def test_a_restricted_edition_has_its_notice_on_every_sheet_of_figures(release: Path) -> None:
    book = openpyxl.load_workbook(write_workbook(release, manifest(INTERNAL)))
    for name in (NOTES, *(table.name for table in SUMMARIES)):
        texts = [str(cell.value) for row in book[name].iter_rows(max_row=3) for cell in row]
        assert any(INTERNAL.notice in text for text in texts), name


def test_the_same_release_gives_the_same_bytes(release: Path) -> None:
    first = write_workbook(release, manifest()).read_bytes()
    assert write_workbook(release, manifest()).read_bytes() == first
