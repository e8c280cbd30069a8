"""Spreadsheets and Parquet files become the same batches of text columns as delimited text.

Belongs here: the two typed formats. A spreadsheet stores numbers with 15 digits: a NIK kept as a number has lost its
last digit, so such a cell is marked by the suffix `DAMAGED` and never trusted.
"""

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

import fastexcel
import polars as pl

from assets.errors import FileRejected
from assets.ingest.batch import BROKEN_SCHEMA, ROW_NUMBER, Batch
from assets.ingest.cells import Cells, cells_of
from assets.ingest.header import Header, likeness, match_header
from schemas.model import Kind, Table

ROWS = 120_000
DAMAGED = "E+"  # as spreadsheets write a long number; standardising knows it


def read_sheet(path: Path, table: Table) -> Iterator[Batch]:
    """Batches of the one sheet that is the extract. Raises FileRejected where none is, or more than one."""
    try:
        book = fastexcel.read_excel(str(path))
        sheets = {
            name: book.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in book.sheet_names
        }
    except (fastexcel.FastExcelError, ValueError, OSError):
        raise FileRejected("unreadable", "the spreadsheet cannot be opened: save it again as .xlsx or CSV") from None
    headed = {name: frame for name, frame in sheets.items() if _is_headed(frame, table)}
    if len(headed) > 1:
        raise FileRejected("two_sheets", f"{len(headed)} sheets look like {table.name}: keep one sheet a file")
    if not headed:
        raise FileRejected("missing_column", f"no sheet has the columns of {table.name} in its first row")
    (name, frame), *_ = headed.items()
    header = match_header([cell or "" for cell in frame.row(0)], table)
    try:
        cells = cells_of(path, book.sheet_names.index(name))
    except (ValueError, KeyError, OSError, BadZipFile):
        raise FileRejected("unreadable", "the spreadsheet cannot be opened: save it again as .xlsx or CSV") from None
    rows = _text_columns(frame.slice(1), header)
    yield from _slices(_damaged(rows, header, cells, table), cells.first_row + 1)


def read_parquet(path: Path, table: Table) -> Iterator[Batch]:
    """Batches of a Parquet file, typed columns written as text. Raises FileRejected."""
    try:
        scan = pl.scan_parquet(path)
        names = scan.collect_schema().names()
        header = match_header(names, table)
        texts = {name: pl.col(names[at]).cast(pl.String) for at, name in header.fields.items()}
        frame = scan.select(pl.when(text != "").then(text).alias(name) for name, text in texts.items())
        number = 2
        for rows in frame.collect_batches(chunk_size=ROWS, maintain_order=True):
            yield from _slices(rows, number)
            number += rows.height
    except pl.exceptions.PolarsError:
        raise FileRejected("unreadable", "the Parquet file cannot be read: it is damaged or not one") from None


def _is_headed(frame: pl.DataFrame, table: Table) -> bool:
    return frame.height > 0 and likeness([cell or "" for cell in frame.row(0)], table) >= 3


def _text_columns(frame: pl.DataFrame, header: Header) -> pl.DataFrame:
    trimmed = {name: frame.columns[at] for at, name in header.fields.items()}
    return frame.select(
        pl.when(pl.col(column) != "").then(pl.col(column)).alias(name) for name, column in trimmed.items()
    )


def _damaged(rows: pl.DataFrame, header: Header, cells: Cells, table: Table) -> pl.DataFrame:
    """The rows with every NIK that the sheet stores as a number marked as such."""
    numbers = pl.Series(range(cells.first_row + 1, cells.first_row + 1 + rows.height), dtype=pl.Int64)
    for at, name in header.fields.items():
        if table.field(name).kind is Kind.NIK:
            stored = numbers.is_in(list(cells.numbers.get(cells.first_column + at, ())))
            rows = rows.with_columns(pl.when(stored).then(pl.col(name) + DAMAGED).otherwise(pl.col(name)).alias(name))
    return rows


def _slices(frame: pl.DataFrame, number: int = 2) -> Iterator[Batch]:
    numbered = frame.with_row_index(ROW_NUMBER, offset=number).cast({ROW_NUMBER: pl.Int32})
    for rows in numbered.iter_slices(ROWS):
        filled = rows.filter(pl.any_horizontal(pl.all().exclude(ROW_NUMBER).is_not_null()))
        yield Batch(filled, pl.DataFrame(schema=BROKEN_SCHEMA))
