"""The workbook of a release, in one call.

Belongs here: the order of its sheets, and the properties that make the same release give the same bytes. Not: any sheet.
"""

from datetime import datetime, time
from pathlib import Path

import polars as pl
import xlsxwriter

from assets.release.published_release import Manifest
from assets.release.report.language import label, phrase
from assets.release.workbook.columns import sheet_columns, with_names
from assets.release.workbook.frame_sheet import FrameSheet
from assets.release.workbook.notes import NOTES, SheetRows, write_columns, write_notes
from assets.release.workbook.selection import select_rows, selected_table
from assets.release.workbook.sheets import Formats, write_rows
from schemas.months import first_day
from schemas.summaries import SUMMARIES
from schemas.tables import Table


def workbook_name(manifest: Manifest) -> str:
    """The file of the workbook in the folder of the release: its name remains clear after a download."""
    return f"cakupan-{manifest.edition}-{manifest.release_id}.xlsx"


def write_workbook(folder: Path, manifest: Manifest) -> Path:
    """Write the workbook of the release in the folder from its Parquet files; returns its path.

    Of the manifest it needs `edition`, `notice`, `release_id`, `reference_month`, `release`, `months`, `policy` and
    `synthetic_months`. Excel and LibreOffice show numbers and months as the reader's country writes them.
    """
    path = folder / workbook_name(manifest)
    frames = {table.name: pl.read_parquet(folder / "parquet" / f"{table.name}.parquet") for table in SUMMARIES}
    tables = {table.name: table.released() for table in SUMMARIES}
    chosen = {name: select_rows(frames[name], table, manifest.reference_month) for name, table in tables.items()}
    rows = {name: SheetRows(chosen[name].height, frames[name].height) for name in tables}
    with xlsxwriter.Workbook(str(path)) as book:
        created = datetime.combine(first_day(manifest.reference_month), time())  # no clock: the same bytes again
        book.set_properties({"title": phrase("page.name").to("id"), "subject": manifest.release_id, "created": created})
        formats = Formats(book)
        write_notes(book, formats, manifest, rows)
        write_columns(book, formats, tuple(tables.values()))
        for name, table in tables.items():
            _write_sheet(book, formats, selected_table(table), chosen[name], manifest.notice)
    return path


def _write_sheet(book: xlsxwriter.Workbook, formats: Formats, table: Table, frame: pl.DataFrame, notice: str) -> None:
    sheet = book.add_worksheet(table.name, FrameSheet)
    sheet.write_string(0, 0, " / ".join(label("table", table.name).plain), formats.title)
    if notice:
        sheet.write_string(1, 3, notice, formats.banner)
    sheet.write_url(1, 0, f"internal:'{NOTES}'!A1", formats.link, " / ".join(phrase("workbook.back").plain))
    columns = sheet_columns(table)
    keys = [position for position, column in enumerate(columns) if column.name in table.key]
    write_rows(sheet, formats, columns, with_names(frame, table), frozen=min(max(keys) + 1, 4))
