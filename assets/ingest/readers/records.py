"""Read records of delimited text one by one, if the fast reader of blocks may misread them.

Belongs here: the definition of a broken line. Not here: blocks and columns (`blocks`).
"""

import csv
import io
import re
from collections.abc import Iterator

LONGEST_LINE = 64 << 20
LONGEST_RECORD = 1 << 20
LINES_IN_CELL = 50
csv.field_size_limit(LONGEST_LINE)  # the lower default limit would raise an error instead of giving a broken row


def record_at(lines: list[bytes], at: int, separator: str, width: int) -> tuple[str, list[str] | None, int]:
    """(text, cells, lines read) of the record that begins at a line; no cells if it is blank, None if it is broken.

    A quoted cell may span up to `LINES_IN_CELL` lines. An unclosed quote only breaks its own line, not the lines after it.
    """
    record, line_count = _read_record(lines, at, separator)
    cells = None if _is_open(record, separator) else _cells(record.rstrip("\r"), separator)
    if cells is None or (cells and len(cells) != width):
        return lines[at].decode(), None, 1
    return record, cells, line_count


def first_records(lines: list[bytes], separator: str) -> Iterator[tuple[list[str], int]]:
    """(cells, lines read) of each record of any width; a line that cannot be split is one cell."""
    at = 0
    while at < len(lines):
        record, line_count = _read_record(lines, at, separator)
        cells = _cells(record.rstrip("\r"), separator)
        yield [record] if cells is None else cells, line_count
        at += line_count


def _read_record(lines: list[bytes], at: int, separator: str) -> tuple[str, int]:
    """The record that begins at a line, and its number of lines; only the line itself if a quote is never closed."""
    first = record = lines[at].decode()
    line_count = 1
    while _is_open(record, separator) and line_count < LINES_IN_CELL and at + line_count < len(lines):
        record += "\n" + lines[at + line_count].decode()
        line_count += 1
    return (first, 1) if _is_open(record, separator) else (record, line_count)


def format_record(cells: list[str], separator: str) -> str:
    """Cells as a record, with quotes only where they are needed."""
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=separator, lineterminator="").writerow(cells)
    return line.getvalue()


def _is_open(line: str, separator: str) -> bool:
    """Whether a quoted cell begins but does not end; only a quote at the start of a cell opens it."""
    mark = re.escape(separator)
    outside = re.sub(rf'(^|{mark})"[^"]*(?:""[^"]*)*"', r"\1", line)
    return re.search(rf'(^|{mark})"', outside) is not None


def _cells(line: str, separator: str) -> list[str] | None:
    if "\0" in line or len(line) > LONGEST_RECORD:
        return None
    try:
        records = list(csv.reader(io.StringIO(line, newline=""), delimiter=separator))
    except csv.Error:
        return None
    return None if len(records) > 1 else next(iter(records), [])
