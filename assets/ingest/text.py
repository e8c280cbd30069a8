"""Delimited text becomes batches of text columns: encodings, compression, separators, quotes, broken lines.

Belongs here: everything between bytes and cells. Not: what a cell means (`standardise`), or whether a row is good
(`validate`). A file is read in blocks of whole records, so memory does not grow with it; a block that the fast reader
refuses is read line by line, and only its broken lines are set apart.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow as pa

from assets.errors import FileRejected
from assets.ingest.header import Header, likeness, match_header
from schemas.model import Table

BLOCK = 32 << 20
LONGEST_LINE = 64 << 20
LONGEST_RECORD = 1 << 20
SEPARATORS = ",;\t|"
ROW_NUMBER = "row_number"


@dataclass(frozen=True)
class Dialect:
    """How a text file is written; reported with the file."""

    separator: str
    header: Header
    bom: bool


@dataclass(frozen=True)
class Batch:
    """Rows of a file as text. `rows`: canonical text columns and `row_number`; `broken`: row_number and line."""

    rows: pl.DataFrame
    broken: pl.DataFrame
    encoding: str = "utf-8"


BROKEN_SCHEMA = {ROW_NUMBER: pl.Int32, "line": pl.String}


def read_text(path: Path, compression: str | None, table: Table) -> Iterator[Batch]:
    """Batches of a delimited text file. Raises FileRejected where it cannot be the extract it should be."""
    with pa.input_stream(str(path), compression=compression) as stream:
        try:
            yield from _batches(_blocks(stream), table)
        except OSError:
            raise FileRejected("truncated", "the compressed file ends too early or is damaged: send it again") from None


def _batches(blocks: Iterator[bytes], table: Table) -> Iterator[Batch]:
    dialect = None
    number = 2  # the first row below the header, as a spreadsheet counts
    for block in blocks:
        if dialect is None:
            dialect, block = _dialect(block, table)
        if not block:
            continue
        text, encoding = _utf8(block)
        batch, read = _parse(text, dialect, number, encoding)
        number += read
        yield batch


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks that end with a record; raises FileRejected where one line exceeds `LONGEST_LINE`."""
    rest = b""
    while piece := stream.read(BLOCK):
        block = rest + piece
        cut = block.rfind(b"\n") + 1
        if b'"' in block and block.count(b'"', 0, cut) % 2:  # the cut would go through a quoted cell
            cut = block.rfind(b"\n", 0, block.rfind(b'"', 0, cut)) + 1 or cut
        if not cut and len(block) > LONGEST_LINE:
            raise FileRejected("line_too_long", "a line exceeds 64 MB: the file is no table of rows")
        rest = block[cut:]
        if cut:
            yield block[:cut]
    if rest:
        yield rest


def _dialect(block: bytes, table: Table) -> tuple[Dialect, bytes]:
    """Separator and header of the first block, and the block without its header."""
    if b"\0" in block[:4096]:
        raise FileRejected("binary", "the content is not text: save the table as CSV in UTF-8")
    bom = block.startswith(b"\xef\xbb\xbf")
    first, _, rows = block.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    line = _utf8(first)[0].decode().strip("\r\n")
    if not line.strip():
        raise FileRejected("empty", "the file is empty: send it again, or leave it out")
    split = {separator: next(csv.reader([line], delimiter=separator)) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda mark: (likeness(split[mark], table), len(split[mark])))
    return Dialect(separator, match_header(split[separator], table), bom), rows


def _utf8(block: bytes) -> tuple[bytes, str]:
    if block.isascii():
        return block, "ascii"
    try:
        block.decode()
    except UnicodeDecodeError:
        return block.decode("cp1252", errors="replace").encode(), "windows-1252"
    return block, "utf-8"


def _parse(block: bytes, dialect: Dialect, number: int, encoding: str) -> tuple[Batch, int]:
    """The rows of a block, numbered from `number`, and how many records it held."""
    frame = _fast(block, dialect)
    if frame is not None:
        numbers = pl.int_range(number, number + frame.height, dtype=pl.Int32, eager=True).alias(ROW_NUMBER)
        rows = _named(frame, dialect.header).with_columns(numbers)
        return Batch(_filled(rows), pl.DataFrame(schema=BROKEN_SCHEMA), encoding), frame.height
    return _slow(block.decode(), dialect, number, encoding)


def _fast(block: bytes, dialect: Dialect) -> pl.DataFrame | None:
    """The block through the fast reader; None where a line has too many or too few cells, or a NUL byte."""
    if b"\0" in block:
        return None
    quoted = b'"' in block
    header = dialect.header
    last = header.width - 1
    try:
        frame = pl.read_csv(
            block,
            has_header=False,
            schema={f"column_{position}": pl.String for position in range(header.width)},
            columns=sorted({*header.fields, last}),
            separator=dialect.separator,
            quote_char='"' if quoted else None,
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame[f"column_{last}"].null_count():  # an empty last cell, or a short line, which the reader pads silently
        full = block.count(dialect.separator.encode()) == last * frame.height
        if quoted or not full:
            return None
    if quoted:
        frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    return frame


def _named(frame: pl.DataFrame, header: Header) -> pl.DataFrame:
    return frame.select(pl.col(f"column_{position}").alias(name) for position, name in header.fields.items())


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    """Without blank lines (all cells empty), which are no rows."""
    cells = rows.drop(ROW_NUMBER)
    if all(column.null_count() for column in cells.iter_columns()):
        return rows.filter(pl.any_horizontal(pl.all().exclude(ROW_NUMBER).is_not_null()))
    return rows


def _slow(text: str, dialect: Dialect, number: int, encoding: str) -> tuple[Batch, int]:
    """Line by line: a record with a wrong number of cells, a NUL byte or an open quote is set apart."""
    header = dialect.header
    good: list[list[str | None]] = []
    numbers: list[int] = []
    broken: list[tuple[int, str | None]] = []
    for place, (line, cells) in enumerate(_records(text, dialect.separator), start=number):
        if cells is None or (cells and len(cells) != header.width):
            broken.append((place, line if not header.ignored else None))  # an ignored cell may hold a name
        elif cells:
            good.append([cells[position] or None for position in header.fields])
            numbers.append(place)
    schema = dict.fromkeys(header.fields.values(), pl.String)
    rows = pl.DataFrame(good, schema=schema, orient="row").with_columns(pl.Series(ROW_NUMBER, numbers, dtype=pl.Int32))
    apart = pl.DataFrame(broken, schema=BROKEN_SCHEMA, orient="row")
    return Batch(_filled(rows), apart, encoding), place - number + 1


def _records(text: str, separator: str) -> Iterator[tuple[str, list[str] | None]]:
    """(line, cells) of each record; cells None where the record is unreadable, [] for a blank line.

    A quoted cell may hold up to 50 line breaks; an unclosed quote costs its own line only, never those after it.
    """
    lines = text.removesuffix("\n").split("\n")
    at = 0
    while at < len(lines):
        line, taken = lines[at], 1
        while line.count('"') % 2 and taken < 50 and at + taken < len(lines):
            line += "\n" + lines[at + taken]
            taken += 1
        if line.count('"') % 2:
            line, taken = lines[at], 1
            yield line, None
        else:
            yield line, _cells(line.rstrip("\r"), separator)
        at += taken


def _cells(line: str, separator: str) -> list[str] | None:
    if "\0" in line or len(line) > LONGEST_RECORD:
        return None
    return next(csv.reader(io.StringIO(line, newline=""), delimiter=separator), [])
