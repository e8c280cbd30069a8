"""Records of delimited text one by one, where blocks do not do: each with its cells, or set apart.

Belongs here: what a broken line is. Not: blocks, columns, what becomes of a record (`text`).
"""

import csv
import io
from collections.abc import Iterator

LONGEST_LINE = 64 << 20
LONGEST_RECORD = 1 << 20
LINES_IN_CELL = 50
csv.field_size_limit(LONGEST_LINE)  # the module's own limit would be an error instead of a broken row


def records(text: str, separator: str) -> Iterator[tuple[str, list[str] | None]]:
    """(line, cells) of each record; cells None where the record is unreadable, [] for a blank line.

    A quoted cell may hold up to `LINES_IN_CELL` line breaks; an unclosed quote costs its own line only, never those after it.
    """
    lines = text.removesuffix("\n").split("\n")
    at = 0
    while at < len(lines):
        line, taken = lines[at], 1
        while line.count('"') % 2 and taken < LINES_IN_CELL and at + taken < len(lines):
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
