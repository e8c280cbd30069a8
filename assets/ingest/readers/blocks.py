"""Convert a block of whole records to columns of text, in one pass if every record is a line.

Belongs here: separators and broken lines. Not here: splitting a file into blocks (`text`), quotes that span lines
(`records`), the meaning of a cell (`standardise`). The fast reader of pyarrow counts the cells of each record and collects
the distinct texts of columns. Records that it may misread are read one by one before.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from pyarrow import csv

from assets.ingest.batch import BROKEN_SCHEMA, ROW_NUMBER, Batch, Dictionaries, decode, encoded_column
from assets.ingest.header import Header
from assets.ingest.readers.records import format_record, record_at
from assets.ingest.readers.total_lines import LABEL
from schemas.rule_texts import ROW_STRUCTURE, ROW_TOTAL

Positions = npt.NDArray[np.int64]
_REPEATED = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class Dialect:
    """The dialect of a text file; `unrepeated`: the fields whose texts hardly repeat."""

    separator: str
    header: Header
    unrepeated: frozenset[str]


@dataclass(frozen=True)
class SeparateRecords:
    """Records that are read one by one, by their index in the block: cells of good ones, text of broken ones."""

    good: dict[int, list[str]]
    broken: dict[int, str]


def parse(block: bytes, dialect: Dialect, number: int, encoding: str) -> tuple[Batch, int]:
    """The rows of a block of UTF-8, numbered from `number`, and its number of records."""
    for suspect in _suspect_lines(block):
        lines, separate = _isolate(block, suspect, dialect) if suspect else (block, SeparateRecords({}, {}))
        cells, uneven = _read_cells(lines, dialect)
        record_count = cells.num_rows + len(uneven)
        if b'"' not in lines or record_count == _line_count(lines):  # otherwise a quote has swallowed lines
            break
    numbers = pl.int_range(number, number + record_count, dtype=pl.Int32, eager=True).alias(ROW_NUMBER)
    if uneven:
        numbers = numbers.filter(~(numbers - number).is_in(list(uneven)))
    columns, dictionaries = _columns(cells, dialect)
    rows = _without_blank_rows(pl.DataFrame([*columns, numbers]))
    if separate.good:
        rows = pl.concat([decode(rows, dictionaries), _rows(separate.good, dialect, number)]).sort(ROW_NUMBER)
        dictionaries = {}
    broken = _broken_records(separate.broken | uneven, dialect, number)
    return Batch(rows, broken, encoding, header=dialect.header, dictionaries=dictionaries), record_count


def _suspect_lines(block: bytes) -> Iterator[list[int]]:
    """Lines that the fast reader may misread, in up to three attempts with more and more lines.

    First none, if quotes are absent or usual; then lines with an odd number of quotes or a foreign byte; then also all lines
    with a quote.
    """
    foreign = _foreign_bytes(block)
    if not foreign.size and (b'"' not in block or _count(block, b'"') >= _line_count(block)):
        yield []
    ends = _positions_of(block, b"\n")
    foreign_lines = np.searchsorted(ends, foreign)
    quoted, times = np.unique(np.searchsorted(ends, _positions_of(block, b'"')), return_counts=True)
    yield np.union1d(foreign_lines, quoted[times % 2 == 1]).tolist()
    yield np.union1d(foreign_lines, quoted).tolist()


def _foreign_bytes(block: bytes) -> Positions:
    """The positions of foreign bytes: NUL, or a carriage return in a line, which only quotes can contain."""
    returns = _positions_of(block, b"\r") if b'"' in block else np.array([], dtype=np.int64)
    content = np.frombuffer(block, dtype=np.uint8)
    inside = returns[content[np.minimum(returns + 1, content.size - 1)] != ord("\n")]
    return np.append(_positions_of(block, b"\0"), inside)


def _positions_of(block: bytes, byte: bytes) -> Positions:
    if byte not in block:
        return np.array([], dtype=np.int64)
    return np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord(byte))


def _count(block: bytes, byte: bytes) -> int:
    """Same as `bytes.count`, but three times as fast."""
    return int(np.count_nonzero(np.frombuffer(block, dtype=np.uint8) == ord(byte)))


def _isolate(block: bytes, suspect: list[int], dialect: Dialect) -> tuple[bytes, SeparateRecords]:
    """The block with each suspect record rewritten as one regular line.

    That line is blank if the record is broken, or if a cell of a field contains a line break; both are returned separately.
    """
    lines, separate = block.split(b"\n"), SeparateRecords({}, {})
    continuations: list[int] = []  # lines that continue a record, which are removed
    for at in suspect:
        if continuations and at <= continuations[-1]:
            continue
        index = at - len(continuations)
        text, cells, lines_read = record_at(lines, at, dialect.separator, dialect.header.width)
        if cells is None:
            separate.broken[index], lines[at] = text, b""
        elif cells:
            kept = [cell if position in dialect.header.fields else "" for position, cell in enumerate(cells)]
            lines[at] = format_record(kept, dialect.separator).encode()
            if b"\n" in lines[at] or b"\r" in lines[at]:
                separate.good[index], lines[at] = cells, b""
        continuations.extend(range(at + 1, at + lines_read))
    removed = set(continuations)
    return b"\n".join(line for at, line in enumerate(lines) if at not in removed), separate


def _line_count(block: bytes) -> int:
    return _count(block, b"\n") + (not block.endswith(b"\n"))


def _read_cells(block: bytes, dialect: Dialect) -> tuple[pa.Table, dict[int, str]]:
    """The columns of the fields, named by position, and the records with another number of cells, by index."""
    uneven: dict[int, str] = {}

    def skip_uneven(record: csv.InvalidRow) -> str:
        uneven[record.number - 1] = record.text
        return "skip"

    header, quoted = dialect.header, b'"' in block
    kinds = {str(at): pa.string() if name in dialect.unrepeated else _REPEATED for at, name in header.fields.items()}
    read = csv.ReadOptions(
        use_threads=False, block_size=len(block), column_names=[str(position) for position in range(header.width)]
    )
    parse = csv.ParseOptions(
        delimiter=dialect.separator,
        quote_char='"' if quoted else False,
        newlines_in_values=quoted,
        ignore_empty_lines=False,
        invalid_row_handler=skip_uneven,
    )
    convert = csv.ConvertOptions(
        column_types=kinds, include_columns=list(kinds), null_values=[""], strings_can_be_null=True, check_utf8=False
    )
    return csv.read_csv(pa.py_buffer(block), read, parse, convert), uneven


def _columns(cells: pa.Table, dialect: Dialect) -> tuple[list[pl.Series], Dictionaries]:
    columns, dictionaries = [], {}
    for at, name in dialect.header.fields.items():
        column = cells[str(at)].combine_chunks()
        if pa.types.is_dictionary(column.type):
            dictionaries[name], found = encoded_column(column)
        else:
            found = pl.Series(pl.from_arrow(column))
        columns.append(found.alias(name))
    return columns, dictionaries


def _rows(records: dict[int, list[str]], dialect: Dialect, number: int) -> pl.DataFrame:
    """Records as rows of text."""
    named = {name: [cells[at] or None for cells in records.values()] for at, name in dialect.header.fields.items()}
    numbers = {ROW_NUMBER: [number + index for index in records]}
    return pl.DataFrame(named | numbers, schema=dict.fromkeys(named, pl.String) | {ROW_NUMBER: pl.Int32})


def _broken_records(records: dict[int, str], dialect: Dialect, number: int) -> pl.DataFrame:
    """The broken records with their numbers; without their text if an ignored column may contain a name."""
    indices = sorted(records)
    kept = [None if dialect.header.ignored else records[index] for index in indices]
    numbers, rules = [number + index for index in indices], [_rule_of(records[index]) for index in indices]
    return pl.DataFrame({ROW_NUMBER: numbers, "line": kept, "rule": rules}, schema=BROKEN_SCHEMA)


def _rule_of(line: str) -> str:
    """The rule that a broken line breaks: it is a total or a note, or has another number of cells than the header."""
    return ROW_TOTAL if re.match(LABEL, line) else ROW_STRUCTURE


def _without_blank_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows without blank lines (all cells empty)."""
    cells = rows.drop(ROW_NUMBER)
    if all(column.null_count() for column in cells.iter_columns()):
        return rows.filter(pl.any_horizontal(pl.all().exclude(ROW_NUMBER).is_not_null()))
    return rows
