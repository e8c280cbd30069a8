"""Delimited text becomes batches of text columns: encodings, compression, separators, quotes, broken lines.

Belongs here: everything between bytes and cells. Not: what a cell means (`standardise`), or whether a row is good
(`validate`). A file is read in blocks of whole records, so memory does not grow with it; a block that the fast reader
refuses is read line by line, and only its broken lines are set apart.
"""

import csv
import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from io import RawIOBase
from typing import IO

import polars as pl
import pyarrow as pa

from assets.errors import FileRejected
from assets.ingest.header import Header, likeness, match_header
from assets.ingest.records import LINES_IN_CELL, LONGEST_LINE, records
from schemas.model import Table

BLOCK = 32 << 20
LAST_CELL = "\x1f"  # put behind every line, to see that all its cells are there
_LAST = "last_cell"
SMALLEST = 128 << 10
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


def read_text(source: IO[bytes] | RawIOBase, compression: str | None, table: Table) -> Iterator[Batch]:
    """Batches of delimited text. Raises FileRejected where it cannot be the extract it should be."""
    with pa.input_stream(source, compression=compression) if compression else nullcontext(source) as stream:
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


def _blocks(stream: IO[bytes] | RawIOBase) -> Iterator[bytes]:
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
    bom = block.startswith(b"\xef\xbb\xbf")
    first, _, rows = block.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    if b"\0" in first:
        raise FileRejected("binary", "the content is not text: save the table as CSV in UTF-8")
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
    rows, broken, start = [], [], number
    for good, apart, held in _read(block, dialect, number):
        rows.append(good)
        broken.append(apart)
        number += held
    return Batch(_filled(pl.concat(rows)), pl.concat(broken), encoding), number - start


Piece = tuple[pl.DataFrame, pl.DataFrame, int]


def _read(block: bytes, dialect: Dialect, number: int) -> Iterator[Piece]:
    """(rows, broken lines, records) of a block: fast, or where the fast reader refuses, in ever smaller pieces.

    Only a piece of `SMALLEST` bytes that is still refused is read line by line.
    """
    whole = _fast(block, dialect, number)
    if whole is not None:
        yield whole
    elif len(block) <= SMALLEST or len(pieces := list(_pieces(block))) == 1:
        yield _slow(block.decode(), dialect, number)
    else:
        for piece in pieces:
            for part in _read(piece, dialect, number):
                yield part
                number += part[2]


def _pieces(block: bytes) -> Iterator[bytes]:
    """Some eight pieces that end with a line, and outside quotes where the quotes are balanced."""
    start, size = 0, max(len(block) // 8, SMALLEST // 2)
    while start < len(block):
        end = block.find(b"\n", min(start + size, len(block) - 1)) + 1 or len(block)
        for _ in range(LINES_IN_CELL):
            if block.count(b'"', start, end) % 2 == 0 or end == len(block):
                break
            end = block.find(b"\n", end) + 1 or len(block)
        yield block[start:end]
        start = end


def _fast(block: bytes, dialect: Dialect, number: int) -> Piece | None:
    """As `_read` in one go; None where records and lines are not one to one and a line may be broken.

    The reader pads short lines and cuts long ones in silence. So lines without quotes get one more cell, which must
    arrive where it belongs; where cells are quoted, the separators of every doubtful line are counted.
    """
    if b"\0" in block:
        return None
    quoted = b'"' in block
    marked = None if quoted else _with_last_cell(block, dialect)
    try:
        frame = _cells_of(marked or block, dialect, quoted=quoted, marked=marked is not None)
    except pl.exceptions.PolarsError:
        return None
    rows, broken = _numbered(frame, dialect, number), pl.DataFrame(schema=BROKEN_SCHEMA)
    if marked is None or not (frame[_LAST] == LAST_CELL).fill_null(value=False).all():
        lines = _lines_of(block)
        if lines.len() != frame.height:
            return None
        ended = frame[f"column_{dialect.header.width - 1}"].is_not_null()  # a short line has no last cell
        wrong = _miscounted(lines, ended, dialect, quoted=quoted)
        kept = (
            lines.gather(wrong)
            if not dialect.header.ignored
            else pl.repeat(None, wrong.len(), dtype=pl.String, eager=True)
        )
        broken = pl.DataFrame({ROW_NUMBER: rows[ROW_NUMBER].gather(wrong), "line": kept}, schema=BROKEN_SCHEMA)
        rows = rows.filter(~rows[ROW_NUMBER].is_in(broken[ROW_NUMBER].implode())) if wrong.len() else rows
        rows = _without(LAST_CELL, rows)  # where a line was blank it stands in another column
    return _without("", rows) if quoted else rows, broken, frame.height


def _without(text: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.when(pl.col(pl.String) != text).then(pl.col(pl.String)).name.keep())


def _with_last_cell(block: bytes, dialect: Dialect) -> bytes | None:
    """Every line with `LAST_CELL` behind it; None where lines end in several ways. Single bytes are found fastest."""
    if b"\r" in block:
        if block.count(b"\r") != block.count(b"\n"):
            return None
        block = block.replace(b"\r", b"")
    whole = block if block.endswith(b"\n") else block + b"\n"
    return whole.replace(b"\n", dialect.separator.encode() + LAST_CELL.encode() + b"\n")


def _cells_of(block: bytes, dialect: Dialect, *, quoted: bool, marked: bool) -> pl.DataFrame:
    """The columns of the fields, and the last one, as text; with `_LAST` where lines were given one cell more."""
    width = dialect.header.width
    names = [*(f"column_{position}" for position in range(width)), *([_LAST] if marked else [])]
    return pl.read_csv(
        block,
        has_header=False,
        schema=dict.fromkeys(names, pl.String),
        columns=sorted({*dialect.header.fields, *range(width - 1, len(names))}),
        separator=dialect.separator,
        quote_char='"' if quoted else None,
        truncate_ragged_lines=True,
    )


def _lines_of(block: bytes) -> pl.Series:
    """The lines of a block without NUL bytes; blank ones are null."""
    schema = {"column_0": pl.String}
    return pl.read_csv(block, has_header=False, schema=schema, separator="\0", quote_char=None, raise_if_empty=False)[
        "column_0"
    ]


def _miscounted(lines: pl.Series, ended: pl.Series, dialect: Dialect, *, quoted: bool) -> pl.Series:
    """Indices of the lines that have not as many cells as the header; blank lines are no rows and pass.

    `ended` says which have a last cell: a short line whose quotes hold separators has the right number of them.
    """
    others = dialect.header.width - 1
    off = lines.str.count_matches(dialect.separator, literal=True) != others
    if not quoted:
        return off.arg_true()
    doubtful = (off | ~ended).arg_true()
    mark = re.escape(dialect.separator)  # a quote opens a cell only at its start
    outside = lines.gather(doubtful).str.replace_all(rf'(^|{mark})"(?:[^"]|"")*"', "$1")
    return doubtful.filter(outside.str.count_matches(dialect.separator, literal=True) != others)


def _numbered(frame: pl.DataFrame, dialect: Dialect, number: int) -> pl.DataFrame:
    """The fields' columns by name, with row numbers from `number`."""
    numbers = pl.int_range(number, number + frame.height, dtype=pl.Int32, eager=True).alias(ROW_NUMBER)
    named = {name: frame[f"column_{position}"].alias(name) for position, name in dialect.header.fields.items()}
    return pl.DataFrame([*named.values(), numbers])


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    """Without blank lines (all cells empty), which are no rows."""
    cells = rows.drop(ROW_NUMBER)
    if all(column.null_count() for column in cells.iter_columns()):
        return rows.filter(pl.any_horizontal(pl.all().exclude(ROW_NUMBER).is_not_null()))
    return rows


def _slow(text: str, dialect: Dialect, start: int) -> Piece:
    """As `_read`, line by line: a wrong number of cells, a NUL byte or an open quote sets a line apart."""
    header = dialect.header
    good: list[list[str | None]] = []
    numbers: list[int] = []
    broken: list[tuple[int, str | None]] = []
    number = start
    for line, cells in records(text, dialect.separator):
        if cells is None or (cells and len(cells) != header.width):
            broken.append((number, line if not header.ignored else None))  # an ignored cell may hold a name
        elif cells:
            good.append([cells[position] or None for position in header.fields])
            numbers.append(number)
        number += 1
    schema = dict.fromkeys(header.fields.values(), pl.String)
    rows = pl.DataFrame(good, schema=schema, orient="row").with_columns(pl.Series(ROW_NUMBER, numbers, dtype=pl.Int32))
    return rows, pl.DataFrame(broken, schema=BROKEN_SCHEMA, orient="row"), number - start
