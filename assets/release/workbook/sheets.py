"""A sheet of the workbook: a title, headings in two languages with filters, and typed cells.

Belongs here: how xlsxwriter writes it. Text is always written as text, so that Excel runs none as a formula. Not: which rows and
columns a sheet has (`selection`, `columns`).
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assets.release.workbook.columns import SheetColumn

BLUE, LINE, SOFT = "#12507b", "#dde3e7", "#51626f"
_EPOCH = date(1899, 12, 30)
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
    sheet: Worksheet, formats: Formats, columns: list[SheetColumn], frame: pl.DataFrame, frozen: int
) -> None:
    """Headings from `HEADING_ROW` on, then the rows; the first `frozen` columns and the headings stay in sight."""
    sheet.set_row(HEADING_ROW - 1, None, formats.soft)
    sheet.set_row(HEADING_ROW, 54)
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width)
        sheet.write_string(HEADING_ROW - 1, position, column.name, formats.soft)
        sheet.write_string(HEADING_ROW, position, _heading(column.headings), formats.heading)
    writers = [_writer(sheet, formats, column, frame.schema[column.name]) for column in columns]
    statuses = frame["conf_status"].to_list() if "conf_status" in frame.columns else [_FREE] * frame.height
    for number, (row, status) in enumerate(zip(frame.iter_rows(), statuses, strict=True), HEADING_ROW + 1):
        for position, (value, write, column) in enumerate(zip(row, writers, columns, strict=True)):
            if value is not None:
                write(number, position, value)
            elif column.can_be_withheld and status != _FREE:
                sheet.write_string(number, position, status, formats.withheld)
    sheet.autofilter(HEADING_ROW, 0, HEADING_ROW + frame.height, len(columns) - 1)
    sheet.freeze_panes(HEADING_ROW + 1, frozen)


def write_texts(sheet: Worksheet, row: int, texts: Iterator[str] | tuple[str, ...], cell_format: Format) -> None:
    """Texts in the cells of a row, from the first column on."""
    for position, text in enumerate(texts):
        sheet.write_string(row, position, text, cell_format)


def _heading(headings: tuple[str, str]) -> str:
    return headings[0] if headings[0] == headings[1] else "\n".join(headings)


def _writer(
    sheet: Worksheet, formats: Formats, column: SheetColumn, dtype: pl.DataType
) -> Callable[[int, int, Any], object]:
    """The function that writes a value of the type into a cell."""
    cell_format = formats.number(column.number_format)
    if dtype == pl.Date():
        return lambda row, position, value: sheet.write_number(row, position, (value - _EPOCH).days, cell_format)
    if dtype.is_numeric():
        return lambda row, position, value: sheet.write_number(row, position, value, cell_format)
    if dtype == pl.Boolean():
        return lambda row, position, value: sheet.write_boolean(row, position, value, cell_format)
    return lambda row, position, value: sheet.write_string(row, position, value, cell_format)
