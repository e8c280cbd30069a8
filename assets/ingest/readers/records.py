"""Records of delimited text one by one, where blocks do not do: each with its cells, or set apart.

Belongs here: what a broken line is. Not: blocks, columns, what becomes of a record (`blocks`).
"""

import csv
import io
import re
from collections.abc import Iterator

LONGEST_LINE = 64 << 20
LONGEST_RECORD = 1 << 20
LINES_IN_CELL = 50
csv.field_size_limit(LONGEST_LINE)  # the module's own limit would be an error instead of a broken row


def record_at(lines: list[bytes], at: int, separator: str, width: int) -> tuple[str, list[str] | None, int]:
    """(text, cells, lines taken) of the record that begins at a line; no cells where it is blank, None where it is broken.

    A quoted cell may hold up to `LINES_IN_CELL` line breaks; an unclosed quote costs its own line only, never those after it.
    """
    record, line_count = _read_record(lines, at, separator)
    cells = None if _is_open(record, separator) else _cells(record.rstrip("\r"), separator)
    if cells is None or (cells and len(cells) != width):
        return lines[at].decode(), None, 1
    return record, cells, line_count


def first_records(lines: list[bytes], separator: str) -> Iterator[tuple[list[str], int]]:
    """(cells, lines taken) of each record, whatever its width; a line that cannot be split is one cell."""
    at = 0
    while at < len(lines):
        record, line_count = _read_record(lines, at, separator)
        cells = _cells(record.rstrip("\r"), separator)
        yield [record] if cells is None else cells, line_count
        at += line_count


def _read_record(lines: list[bytes], at: int, separator: str) -> tuple[str, int]:
    """The record that begins at a line, and its lines; the line alone where a quote in it is never closed."""
    first = record = lines[at].decode()
    line_count = 1
    while _is_open(record, separator) and line_count < LINES_IN_CELL and at + line_count < len(lines):
        record += "\n" + lines[at + line_count].decode()
        line_count += 1
    return (first, 1) if _is_open(record, separator) else (record, line_count)


def format_record(cells: list[str], separator: str) -> str:
    """Cells as a record again, quoted where it is needed and only there."""
    line = io.StringIO(newline="")
    csv.writer(line, delimiter=separator, lineterminator="").writerow(cells)
    return line.getvalue()


def _is_open(line: str, separator: str) -> bool:
    """Whether a quoted cell begins and does not end: a quote opens a cell only at its start."""
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
