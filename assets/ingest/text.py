"""Delimited text becomes batches of text columns: compression, encodings, blocks, the header.

Belongs here: from the bytes of a file to blocks of whole records, so that memory does not grow with it. Not: cells
(`blocks`), what they mean (`standardise`), or whether a row is good (`validate`).
"""

import csv
from collections.abc import Iterator
from contextlib import nullcontext
from io import RawIOBase
from typing import IO

import pyarrow as pa

from assets.errors import FileRejected
from assets.ingest.batch import Batch
from assets.ingest.blocks import Dialect, parse
from assets.ingest.header import likeness, match_header
from assets.ingest.records import LONGEST_LINE
from schemas.model import Table

BLOCK = 32 << 20
SEPARATORS = ",;\t|"


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
        batch, read = parse(text, dialect, number, encoding)
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
    first, _, rows = block.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    if b"\0" in first:
        raise FileRejected("binary", "the content is not text: save the table as CSV in UTF-8")
    line = _utf8(first)[0].decode().strip("\r\n")
    if not line.strip():
        raise FileRejected("empty", "the file is empty: send it again, or leave it out")
    split = {separator: next(csv.reader([line], delimiter=separator)) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda mark: (likeness(split[mark], table), len(split[mark])))
    return Dialect(separator, match_header(split[separator], table), table.unrepeated), rows


def _utf8(block: bytes) -> tuple[bytes, str]:
    if block.isascii():
        return block, "ascii"
    try:
        block.decode()
    except UnicodeDecodeError:
        return block.decode("cp1252", errors="replace").encode(), "windows-1252"
    return block, "utf-8"
