"""A sheet of the workbook: a title, headings in two languages with filters, and typed cells.

Belongs here: the headings and formats of a sheet. Text is always written as text, so that Excel runs none as a formula. Not: which
rows and columns a sheet has (`selection`, `columns`), the XML of cells (`frame_sheet`).
"""

from collections.abc import Iterator

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assets.release.workbook.columns import SheetColumn
from assets.release.workbook.frame_sheet import CellColumn, FrameSheet

BLUE, LINE, SOFT = "#12507b", "#dde3e7", "#51626f"
HEADING_ROW = 3
_FREE = "F"
_HATCH = 14  # thin diagonal stripes


class Formats:
    """The formats of the cells of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        font = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        wrapped = {"text_wrap": True, **font}
        self.text: Format = book.add_format(font)
        self.wrapped: Format = book.add_format(wrapped)
        self.title: Format = book.add_format({**font, "bold": True, "font_size": 14, "font_color": BLUE})
        self.section: Format = book.add_format({**font, "bold": True, "font_size": 12, "font_color": BLUE})
        self.term: Format = book.add_format({**wrapped, "bold": True})
        self.banner: Format = book.add_format({**font, "bold": True, "font_color": "#ffffff", "bg_color": "#b3261e"})
        self.soft: Format = book.add_format({**font, "font_size": 8, "font_color": SOFT})
        self.link: Format = book.add_format({**font, "font_color": BLUE, "underline": 1})
        self.heading: Format = book.add_format(
            {**wrapped, "bold": True, "bg_color": "#e6eff3", "bottom": 1, "bottom_color": LINE}
        )
        self.withheld: Format = book.add_format(
            {**font, "align": "right", "pattern": _HATCH, "fg_color": "#d3dbe0", "bg_color": "#ffffff"}
        )
        self._book, self._font, self._numbers = book, font, {"": self.text}

    def number(self, number_format: str) -> Format:
        """The format of a number or month."""
        if number_format not in self._numbers:
            self._numbers[number_format] = self._book.add_format({**self._font, "num_format": number_format})
        return self._numbers[number_format]


def write_rows(
    sheet: FrameSheet, formats: Formats, columns: list[SheetColumn], frame: pl.DataFrame, frozen: int
) -> None:
    """Headings from `HEADING_ROW` on, then the rows; the first `frozen` columns and the headings stay in sight."""
    sheet.set_row(HEADING_ROW - 1, None, formats.soft)
    sheet.set_row(HEADING_ROW, 54)
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width)
        sheet.write_string(HEADING_ROW - 1, position, column.name, formats.soft)
        sheet.write_string(HEADING_ROW, position, _heading(column.headings), formats.heading)
    status = frame["conf_status"] if "conf_status" in frame.columns else None
    withheld = status.set(status == _FREE, None) if status is not None else None
    cells = [
        CellColumn(
            frame[column.name],
            formats.number(column.number_format),
            withheld if column.can_be_withheld else None,
            formats.withheld,
        )
        for column in columns
    ]
    sheet.write_columns(HEADING_ROW + 1, cells)
    sheet.autofilter(HEADING_ROW, 0, HEADING_ROW + frame.height, len(columns) - 1)
    sheet.freeze_panes(HEADING_ROW + 1, frozen)


def write_texts(sheet: Worksheet, row: int, texts: Iterator[str] | tuple[str, ...], cell_format: Format) -> None:
    """Texts in the cells of a row, from the first column on."""
    for position, text in enumerate(texts):
        sheet.write_string(row, position, text, cell_format)


def _heading(headings: tuple[str, str]) -> str:
    return headings[0] if headings[0] == headings[1] else "\n".join(headings)
