"""The result of a query on a screen of any width: every column, readable.

Belongs here: the choice of a layout. If a table is too wide, headers and long texts continue on the next line. Few rows are
set side by side, with a line for each column. Columns with one value are stated once above the table. What is still too wide
is left out and named. Not: the text of a value (`cells`).
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipelines.cli.query.cells import NO_NUMBER, ShownColumn, shown_column
from pipelines.cli.query.connection import QueryResult

_GAP = "  "
_PART = re.compile(r"[^_\s]*_+\s*|[^_\s]+\s*")
_HEADER_LINES = 3
_NARROW = 10  # a text column is not made narrower
_SIDE_BY_SIDE = 6  # rows that are set side by side rather than without their constant columns
_MOST_SIDE_BY_SIDE = 12
_PLAN = ("explain_key", "explain_value")  # a drawing: its lines stay as they are
_WITHHELD = f"{NO_NUMBER}  no figure: withheld, or not reported; the column conf_status gives the reason"


def lines(result: QueryResult, width: int, *, as_records: bool = False) -> list[str]:
    """The lines to print, none wider than the screen except for a single longer word."""
    if not result.rows:
        return textwrap.wrap(f"No rows. Columns: {', '.join(result.names)}", width)
    if result.names == _PLAN:
        return [line for _, plan in result.rows for line in str(plan).splitlines()]
    values = list(zip(*result.rows, strict=True))
    columns = [
        shown_column(name, kind, list(cells))
        for name, kind, cells in zip(result.names, result.types, values, strict=True)
    ]
    shown = list(_records(columns, width)) if as_records else _layout(columns, width)
    if any(NO_NUMBER in column.cells for column in columns if column.is_number):
        shown.append(_WITHHELD)
    if result.total > len(result.rows):
        shown.append(f"… {len(result.rows):,} of {result.total:,} rows; add LIMIT, or --csv for all")
    return shown


def table(
    names: Sequence[str],
    rows: Sequence[tuple[object, ...]],
    width: int,
    *,
    right: Sequence[str] = (),
    is_compact: bool = False,
    with_constants: bool = False,
) -> list[str]:
    """A table of values that the command itself counted. Numbers, and the columns named in `right`, are set to the right.

    A compact table has no line below its header. `with_constants`: also the columns that have the same value in each row.
    """
    columns = [
        shown_column(name, "BIGINT" if isinstance(cells[0], int) else "VARCHAR", list(cells))
        for name, cells in zip(names, zip(*rows, strict=True), strict=True)
    ]
    aligned = [replace(column, is_number=column.is_number or column.name in right) for column in columns]
    shown = _layout(aligned, width, with_constants=with_constants)
    return [line for line in shown if set(line) - set("─ ")] if is_compact else shown


def _layout(columns: list[ShownColumn], width: int, *, with_constants: bool = False) -> list[str]:
    rows = len(columns[0].cells)
    varying = [column for column in columns if with_constants or not column.is_constant] or columns[:1]
    above = _constants(columns, varying, width)
    whole, reduced = _fitted(columns, width), _fitted(varying, width)
    if whole and (rows == 1 or not reduced or not _is_wrapped(columns, whole)):
        return list(_table(columns, whole))
    if reduced and not _is_wrapped(varying, reduced):
        return [*above, *_table(varying, reduced)]
    if whole:
        return list(_table(columns, whole))
    transposed = _transposed(columns, width)
    if transposed and rows <= _SIDE_BY_SIDE:
        return transposed
    if reduced:
        return [*above, *_table(varying, reduced)]
    if transposed and rows <= _MOST_SIDE_BY_SIDE:
        return transposed
    return [*above, *_elided(varying, width)]


def _is_wrapped(columns: Sequence[ShownColumn], widths: Sequence[int]) -> bool:
    """Whether a text is longer than its column."""
    return any(column.cell_width > width for column, width in zip(columns, widths, strict=True))


def _fitted(columns: Sequence[ShownColumn], width: int) -> list[int] | None:
    """The width of each column, or None if they do not fit: first headers are broken at `_`, then texts at blanks."""
    room = width - len(_GAP) * (len(columns) - 1)
    widths = [max(len(column.name), column.cell_width) for column in columns]
    least = [max(_header_width(column.name), column.cell_width) for column in columns]
    _shrink(widths, least, room)
    for index, column in enumerate(columns):
        if not column.is_number:
            words = (len(part) for cell in column.cells for part in map(str.rstrip, _PART.findall(cell)))
            least[index] = min(least[index], max(_NARROW, _header_width(column.name), *words))
    _shrink(widths, least, room)
    return widths if sum(widths) <= room else None


def _shrink(widths: list[int], least: list[int], room: int) -> None:
    """Take from the widest column that has something to spare, until all fit or none has."""
    while sum(widths) > room:
        spare = [(now, index) for index, (now, low) in enumerate(zip(widths, least, strict=True)) if now > low]
        if not spare:
            return
        widths[max(spare)[1]] -= 1


def _table(columns: Sequence[ShownColumn], widths: Sequence[int]) -> Iterator[str]:
    headers = [_broken(column.name, width) for column, width in zip(columns, widths, strict=True)]
    height = max(map(len, headers))
    for line in range(height):
        texts = [header[line - height + len(header)] if line >= height - len(header) else "" for header in headers]
        yield _line(columns, widths, texts)
    yield _GAP.join("─" * width for width in widths)
    for row in zip(*(column.cells for column in columns), strict=True):
        wrapped = [_wrapped(cell, size) for cell, size in zip(row, widths, strict=True)]
        for line in range(max(map(len, wrapped))):
            yield _line(columns, widths, [cell[line] if line < len(cell) else "" for cell in wrapped])


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines, broken at blanks and after `_`. No part is longer than the width."""
    found = [""]
    for part in _PART.findall(text):
        if found[-1] and len((found[-1] + part).rstrip()) > width:
            found.append(part)
        else:
            found[-1] += part
    return [line.rstrip() for line in found]


def _line(columns: Sequence[ShownColumn], widths: Sequence[int], texts: Sequence[str]) -> str:
    cells = [
        text.rjust(width) if column.is_number else text.ljust(width)
        for column, width, text in zip(columns, widths, texts, strict=True)
    ]
    return _GAP.join(cells).rstrip()


def _transposed(columns: list[ShownColumn], width: int) -> list[str]:
    """A line for each column and a column for each row; nothing if they do not fit."""
    rows = len(columns[0].cells)
    names = ShownColumn("", tuple(column.name for column in columns), is_number=False)
    sides = [
        ShownColumn(f"row {row + 1}", tuple(column.cells[row] for column in columns), is_number=False)
        for row in range(rows)
    ]
    widths = _fitted([names, *sides], width)
    return list(_table([names, *sides], widths)) if widths else []


def _records(columns: list[ShownColumn], width: int) -> Iterator[str]:
    """One record below the other, a line for each column."""
    name_width = max(len(column.name) for column in columns)
    for row in range(len(columns[0].cells)):
        yield f"row {row + 1} ".ljust(width, "─")
        for column in columns:
            start = column.name.ljust(name_width) + _GAP
            yield from textwrap.wrap(
                start + column.cells[row], width, subsequent_indent=" " * len(start), drop_whitespace=True
            )


def _constants(columns: list[ShownColumn], varying: list[ShownColumn], width: int) -> list[str]:
    constant = [f"{column.name} {column.cells[0] or '(empty)'}" for column in columns if column not in varying]
    return [*textwrap.wrap(f"In every row: {'; '.join(constant)}", width), ""] if constant else []


def _elided(columns: list[ShownColumn], width: int) -> list[str]:
    """The first columns that fit, and the names of the others."""
    count = len(columns) - 1
    while count > 1 and not _fitted(columns[:count], width):
        count -= 1
    widths = _fitted(columns[:count], width) or [width]
    hidden = ", ".join(column.name for column in columns[count:])
    hint = f"Not shown: {hidden}. Name the columns you need, or add --records, --csv or --xlsx FILE."
    return [*_table(columns[:count], widths), *textwrap.wrap(hint, width)]


def _header_width(name: str) -> int:
    """The smallest width at which the header has at most three lines."""
    width = max(map(len, _parts(name)))
    while len(_broken(name, width)) > _HEADER_LINES:
        width += 1
    return width


def _parts(name: str) -> list[str]:
    """The parts at which a header may continue on the next line."""
    parts = [f"{part}_" for part in name.split("_")]
    parts[-1] = parts[-1][:-1]
    return [part for part in parts if part] or [""]


def _broken(name: str, width: int) -> list[str]:
    found = [""]
    for part in _parts(name):
        if found[-1] and len(found[-1] + part) > width:
            found.append(part)
        else:
            found[-1] += part
    return found
