"""Where a text file's header is, what separates its cells, and how many cells a row has.

Belongs here: the first lines of a file. Titles and blank lines may stand above the header, which may have line breaks
inside quotes and, like its rows, a separator too many at its end. Not: which column is which field (`header`).
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice, pairwise

from assets.errors import FileRejected
from assets.ingest.header import Header, likeness, match_header
from assets.ingest.readers.blocks import Dialect
from assets.ingest.readers.encodings import BOM, utf8
from assets.ingest.readers.records import first_records
from schemas.tables import Kind, Table

SEPARATORS = ",;\t|"
TITLE_ROWS = 20  # in which the header is looked for
SAMPLE = 20  # rows that show how rows end
_HEAD = 64 << 10  # bytes in which these rows are looked for
_DECLARED = re.compile(rb'"?sep=(.)"?\r?\n', re.IGNORECASE)  # the first line of a file for Excel
_DECIMAL = (Kind.NUMBER, Kind.PERCENT)


@dataclass(frozen=True)
class Heading:
    """The dialect, the row number of the first row below the header, and the block's content from there."""

    dialect: Dialect
    number: int
    rows: bytes


@dataclass(frozen=True)
class _Found:
    """A record that may be the header: its cells, its place among the records, the bytes to its end, the rows below."""

    separator: str
    cells: list[str]
    place: int
    end: int
    below: list[list[str]]
    likeness: int


def heading(block: bytes, table: Table) -> Heading:
    """The heading of a file whose first block this is. Raises FileRejected where there is none."""
    content = block.removeprefix(BOM)
    declared = _DECLARED.match(content)
    if declared:
        content = content[declared.end() :]
    if b"\0" in content[: content.find(b"\n") if b"\n" in content else None]:
        raise FileRejected("binary", "the content is not text: save the table as CSV in UTF-8")
    marks = declared[1].decode("cp1252") if declared else SEPARATORS
    lines = _first_lines(content)
    head = utf8(b"\n".join(lines))[0]
    decoded = head.split(b"\n")
    met = [mark for mark in marks if mark.encode() in head] or marks[:1]
    found = [_found(lines, decoded, mark, table) for mark in met]
    best = max(found, key=lambda one: (one.likeness, len(one.cells)))
    if not any(cell.strip() for cell in best.cells):
        raise FileRejected("empty", "the file is empty: send it again, or leave it out")
    width = _width(best, table)
    cells = (best.cells + [""] * width)[:width]
    dialect = Dialect(best.separator, match_header(cells, table), table.unrepeated)
    return Heading(dialect, best.place + 2, content[best.end :])


def _first_lines(content: bytes) -> list[bytes]:
    head = content[:_HEAD]
    lines = head.split(b"\n")
    if len(head) == len(content):
        return lines
    return lines[:-1] or content.split(b"\n", 1)[:1]  # the last one may be cut


def _found(lines: list[bytes], decoded: list[bytes], separator: str, table: Table) -> _Found:
    """The record most like a header among the first ones; where none is, the first that is not blank."""
    records = list(islice(first_records(decoded, separator), TITLE_ROWS + SAMPLE))
    alike = [likeness(cells, table) for cells, _ in records[:TITLE_ROWS]]
    filled = [place for place, (cells, _) in enumerate(records) if any(cell.strip() for cell in cells)]
    place = alike.index(max(alike)) if any(alike) else next(iter(filled), 0)
    taken = sum(count for _, count in records[: place + 1])
    end = sum(len(line) + 1 for line in lines[:taken])
    below = [records[at][0] for at in filled if at > place]
    return _Found(separator, records[place][0], place, end, below[:SAMPLE], alike[place] if place < len(alike) else 0)


def _width(found: _Found, table: Table) -> int:
    """How many cells a row has: those of the header, but for separators at the end of it or of all rows."""
    own = len(found.cells)
    widths = Counter(map(len, found.below))
    usual = widths.most_common(1)[0][0] if widths else own
    named = max((at + 1 for at, cell in enumerate(found.cells) if cell.strip()), default=own)
    if own in widths or usual < named:
        return own
    rows = [row for row in found.below if len(row) == usual]
    if any(cell.strip() for row in rows for cell in row[own:]):
        return own
    if usual > own and found.separator == "," and _may_be_cut(rows, match_header(found.cells, table), table):
        return own
    return usual


def _may_be_cut(rows: list[list[str]], header: Header, table: Table) -> bool:
    """Whether the cell too many may come from a decimal comma without quotes: `1,5,` for 1.5 and nothing."""
    decimal = {at for at, name in header.fields.items() if name in table.names and table.field(name).kind in _DECIMAL}
    return any(
        all(re.fullmatch(r"-?\d+", row[at].strip()) and re.fullmatch(r"\d{1,3}", row[beside].strip()) for row in rows)
        for at, beside in pairwise(range(header.width + 1))
        if at in decimal
    )
