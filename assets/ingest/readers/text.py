"""Convert delimited text to batches of text columns: compression, blocks, and row numbers.

Belongs here: splitting a file into blocks of whole records, so that memory does not grow with the file. Not here: encodings
(`encodings`), the header (`header_line`), cells (`blocks`) and their meaning (`standardise`), validation (`validation`).
"""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from io import RawIOBase
from typing import IO

import polars as pl
import pyarrow as pa

from assets.errors import FileRejected
from assets.ingest.batch import ROW_NUMBER, Batch
from assets.ingest.readers.blocks import Dialect, parse
from assets.ingest.readers.documents import refuse_documents
from assets.ingest.readers.encodings import decoded_pieces, normalise_line_ends, to_utf8
from assets.ingest.readers.header_line import read_heading
from assets.ingest.readers.records import LONGEST_LINE
from assets.ingest.readers.total_lines import separate_totals
from schemas.refusals import EMPTY, LINE_TOO_LONG, TRUNCATED
from schemas.tables import Table

BLOCK = 32 << 20
START = 64  # bytes that show what a file contains


def read_text(source: IO[bytes] | RawIOBase, compression: str | None, table: Table) -> Iterator[Batch]:
    """Batches of delimited text. Raises FileRejected if it is damaged or is not the extract."""
    with pa.input_stream(source, compression=compression) if compression else nullcontext(source) as stream:
        try:
            yield from _batches(_blocks(decoded_pieces(stream, BLOCK)), table)
        except OSError:
            raise FileRejected(TRUNCATED) from None


def _batches(blocks: Iterator[bytes], table: Table) -> Iterator[Batch]:
    dialect: Dialect | None = None
    number = 0
    for found in blocks:
        block = normalise_line_ends(found)
        if dialect is None:
            refuse_documents(block[:START])  # also of a compressed file, and of one in UTF-16
            headed = read_heading(block, table)
            dialect, number, block = headed.dialect, headed.number, headed.rows
        if not block:
            continue
        text, encoding = to_utf8(block)
        batch, read = parse(text, dialect, number, encoding)
        number += read
        rows, totals = separate_totals(batch.rows, dialect.header, table, batch.dictionaries)
        yield replace(batch, rows=rows, broken=pl.concat([batch.broken, totals]).sort(ROW_NUMBER))
    if dialect is None:
        raise FileRejected(EMPTY)


def _blocks(content: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks that end with a record. Raises FileRejected if a line exceeds `LONGEST_LINE`."""
    rest = b""
    for piece in content:
        block = rest + piece
        cut = block.rfind(b"\n") + 1
        if b'"' in block and block.count(b'"', 0, cut) % 2:  # the cut would split a quoted cell
            cut = block.rfind(b"\n", 0, block.rfind(b'"', 0, cut)) + 1 or cut
        if not cut and len(block) > LONGEST_LINE:
            raise FileRejected(LINE_TOO_LONG)
        rest = block[cut:]
        if cut:
            yield block[:cut]
    if rest:
        yield rest
