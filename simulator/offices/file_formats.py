"""File formats: delimited text, plain or compressed, spreadsheets and Parquet, byte for byte reproducible.

Belongs here: bytes. Not here: the text of the cells (`rendering`).
"""

import gzip
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import xlsxwriter

from simulator.offices.styles import Style

CSV, GZIP, ZSTD, SHEET, PARQUET = ".csv", ".csv.gz", ".csv.zst", ".xlsx", ".parquet"
_CREATED = datetime(2020, 1, 1, tzinfo=UTC)


def write_file(path: Path, rows: pl.DataFrame, style: Style, broken_lines: Sequence[bytes] = ()) -> None:
    """Write the rows in the format of the path's suffix. Broken lines are put into the middle of delimited text."""
    suffix = "".join(path.suffixes)
    if suffix == PARQUET:
        rows.write_parquet(path, compression="zstd")
    elif suffix == SHEET:
        _write_sheet(path, rows)
    else:
        text = _insert_lines(delimited_text(rows, style), broken_lines)
        path.write_bytes(_compress(text, suffix))


def delimited_text(rows: pl.DataFrame, style: Style, *, header: bool = True) -> bytes:
    """The rows as delimited text in the encoding of the style."""
    stream = io.BytesIO()
    rows.write_csv(
        stream,
        include_header=header,
        include_bom=style.encoding == "utf-8-sig" and header,
        separator=style.separator,
        line_terminator=style.newline,
        quote_style="always" if style.quoted else "necessary",
    )
    if style.encoding == "cp1252":
        return stream.getvalue().decode().encode("cp1252")
    return stream.getvalue()


def ragged_lines(rows: pl.DataFrame, style: Style) -> list[bytes]:
    """Broken lines of rows as text: alternately one cell too few and one too many."""
    if rows.is_empty():
        return []
    lines = delimited_text(rows, style, header=False).splitlines(keepends=True)
    return [(_without_last_cell, _with_extra_cell)[number % 2](line, style) for number, line in enumerate(lines)]


def _without_last_cell(line: bytes, style: Style) -> bytes:
    return line.rsplit(style.separator.encode(), 1)[0] + style.newline.encode()


def _with_extra_cell(line: bytes, style: Style) -> bytes:
    newline = style.newline.encode()
    return line.removesuffix(newline) + style.separator.encode() + b"X" + newline


def _insert_lines(text: bytes, lines: Sequence[bytes]) -> bytes:
    if not lines:
        return text
    middle = text.index(b"\n", len(text) // 2) + 1
    return text[:middle] + b"".join(lines) + text[middle:]


def _compress(text: bytes, suffix: str) -> bytes:
    if suffix == GZIP:
        return gzip.compress(text, compresslevel=4, mtime=0)
    if suffix == ZSTD:
        return bytes(pa.Codec("zstd", compression_level=3).compress(text, asbytes=True))
    return text


def _write_sheet(path: Path, rows: pl.DataFrame) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, rows.columns)
        for number, cells in enumerate(rows.iter_rows(), start=1):
            for column, cell in enumerate(cells):
                _write_cell(sheet, number, column, cell)


def _write_cell(sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: object) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
