"""A worksheet whose rows come from a data frame, written at once.

Belongs here: the XML of cells. xlsxwriter keeps an object for each cell; a workbook has half a million of them, so that they took
more time than the rest of a small release. Not: which columns, formats and rows a sheet has (`sheets`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_EXCEL_DAY_0 = 25_569  # the days from Excel's day 0 to the first day of Unix


@dataclass(frozen=True)
class CellColumn:
    """A column of cells and their format. An empty cell shows the `mark` of its row, if it has one, in the format of the mark.

    `mark`: a text or null for each row.
    """

    values: pl.Series
    cell_format: Format
    mark: pl.Series | None = None
    mark_format: Format | None = None


class FrameSheet(Worksheet):  # type: ignore[misc]  # the library has no types
    """A worksheet with rows of data frames behind the cells that are written one by one."""

    def __init__(self) -> None:
        super().__init__()
        self._xml_of_rows = ""

    def write_columns(self, first_row: int, columns: Sequence[CellColumn]) -> None:
        """Write columns of one length side by side from `first_row` on; nothing else may be in or below these rows.

        Text remains text, a number keeps all its digits. Dates become Excel's number of the day.
        """
        height = len(columns[0].values)
        if not height:
            return
        self._check_dimensions(first_row, 0)
        self._check_dimensions(first_row + height - 1, len(columns) - 1)
        numbers = pl.Series("number", range(first_row + 1, first_row + 1 + height)).cast(pl.String)
        cells = [self._cells(numbers, position, column) for position, column in enumerate(columns)]
        row = pl.concat_str(pl.lit('<row r="'), numbers, pl.lit('">'), *cells, pl.lit("</row>"))
        self._xml_of_rows = pl.select(row.str.join()).item()

    def _write_rows(self) -> None:
        """The rows of cells written one by one, then those of the frame; xlsxwriter calls it."""
        super()._write_rows()
        self.fh.write(self._xml_of_rows)

    def _cells(self, numbers: pl.Series, position: int, column: CellColumn) -> pl.Expr:
        name = xl_col_to_name(position)
        cells = self._cell(name, numbers, column.values, column.cell_format)
        if column.mark is not None and column.mark_format is not None:
            mark = column.mark.set(column.values.is_not_null(), None)
            cells = pl.coalesce(cells, self._cell(name, numbers, mark, column.mark_format))
        return cells.fill_null("")

    def _cell(self, name: str, numbers: pl.Series, values: pl.Series, cell_format: Format) -> pl.Expr:
        """The XML of each cell, null for an empty one."""
        kind, content = "", values
        if values.dtype == pl.String:
            kind, content = ' t="s"', self._shared(values)
        elif values.dtype == pl.Boolean:
            kind, content = ' t="b"', values.cast(pl.Int8)
        elif values.dtype == pl.Date:
            content = values.cast(pl.Int32) + _EXCEL_DAY_0
        opening, style = f'<c r="{name}', f'" s="{cell_format._get_xf_index()}"{kind}><v>'
        return pl.concat_str(pl.lit(opening), numbers, pl.lit(style), content.cast(pl.String), pl.lit("</v></c>"))

    def _shared(self, values: pl.Series) -> pl.Series:
        """The positions of texts in the workbook's table of texts."""
        texts = values.drop_nulls().unique(maintain_order=True).to_list()
        positions = [self.str_table._get_shared_string_index(text) for text in texts]
        self.str_table.count += len(values) - values.null_count() - len(texts)
        return values.replace_strict(texts, positions, return_dtype=pl.Int64) if texts else values.cast(pl.Int64)
