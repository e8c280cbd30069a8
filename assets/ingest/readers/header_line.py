"""Find the header line of a text file, its separator, and the number of cells per row.

Belongs here: the first lines of a file. Titles and blank lines may precede the header. The header may have line breaks
in quotes and, as its rows, one more separator at its end. Not here: matching columns to fields (`header`).
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice, pairwise

from assets.errors import FileRejected
from assets.ingest.header import Header, count_known_headers, match_header
from assets.ingest.readers.blocks import Dialect
from assets.ingest.readers.encodings import BOM, to_utf8
from assets.ingest.readers.records import first_records
from schemas.refusals import BINARY, EMPTY, SEPARATOR
from schemas.tables import Kind, Table

SEPARATORS = ",;\t|"
TITLE_ROWS = 20  # the header is searched in these rows
SAMPLE = 20  # rows that show the usual number of cells
_HEAD = 64 << 10  # these rows are searched in so many bytes
_DECLARED = re.compile(rb'"?sep=(.)"?\r?\n', re.IGNORECASE)  # the first line of a file for Excel
_DECIMAL = (Kind.NUMBER, Kind.PERCENT)


@dataclass(frozen=True)
class Heading:
    """The dialect, the number of the first row below the header, and the content of the block from that row."""

    dialect: Dialect
    number: int
    rows: bytes


@dataclass(frozen=True)
class _Candidate:
    """A record that may be the header: its cells, its index, the number of bytes up to its end, the rows around it."""

    separator: str
    cells: list[str]
    titles: list[str]
    index: int
    end: int
    rows_below: list[list[str]]
    known_headers: int


def read_heading(block: bytes, table: Table) -> Heading:
    """The heading in the first block of a file. Raises FileRejected without one."""
    content = block.removeprefix(BOM)
    declared = _DECLARED.match(content)
    if declared:
        content = content[declared.end() :]
    if b"\0" in content[: content.find(b"\n") if b"\n" in content else None]:
        raise FileRejected(BINARY)
    separators = declared[1].decode("cp1252") if declared else SEPARATORS
    lines = _first_lines(content)
    head = to_utf8(b"\n".join(lines))[0]
    decoded = head.split(b"\n")
    used = [separator for separator in separators if separator.encode() in head] or separators[:1]
    candidates = [_header_candidate(lines, decoded, separator, table) for separator in used]
    best = max(candidates, key=lambda candidate: (candidate.known_headers, len(candidate.cells)))
    if not any(cell.strip() for cell in best.cells):
        raise FileRejected(EMPTY)
    if len(best.cells) == 1 and count_known_headers(re.split(r"[^\w ]+", best.cells[0]), table) > 1:
        raise FileRejected(SEPARATOR)
    width = _width(best, table)
    cells = (best.cells + [""] * width)[:width]
    dialect = Dialect(best.separator, match_header(cells, table, best.titles), table.unrepeated)
    return Heading(dialect, best.index + 2, content[best.end :])


def _first_lines(content: bytes) -> list[bytes]:
    head = content[:_HEAD]
    lines = head.split(b"\n")
    if len(head) == len(content):
        return lines
    return lines[:-1] or content.split(b"\n", 1)[:1]  # the last one may be cut


def _header_candidate(lines: list[bytes], decoded: list[bytes], separator: str, table: Table) -> _Candidate:
    """The first record with the most known headers; without known headers, the first record that is not blank."""
    records = list(islice(first_records(decoded, separator), TITLE_ROWS + SAMPLE))
    header_counts = [count_known_headers(cells, table) for cells, _ in records[:TITLE_ROWS]]
    filled = [index for index, (cells, _) in enumerate(records) if any(cell.strip() for cell in cells)]
    index = header_counts.index(max(header_counts)) if any(header_counts) else next(iter(filled), 0)
    lines_read = sum(count for _, count in records[: index + 1])
    end = sum(len(line) + 1 for line in lines[:lines_read])
    rows_below = [records[at][0] for at in filled if at > index]
    return _Candidate(
        separator,
        records[index][0],
        [cell for cells, _ in records[:index] for cell in cells],
        index,
        end,
        rows_below[:SAMPLE],
        header_counts[index] if index < len(header_counts) else 0,
    )


def _width(header: _Candidate, table: Table) -> int:
    """The number of cells per row: that of the header, corrected for separators at its end or at the end of all rows."""
    header_width = len(header.cells)
    widths = Counter(map(len, header.rows_below))
    usual = widths.most_common(1)[0][0] if widths else header_width
    named = max((at + 1 for at, cell in enumerate(header.cells) if cell.strip()), default=header_width)
    if header_width in widths or usual < named:
        return header_width
    rows = [row for row in header.rows_below if len(row) == usual]
    if any(cell.strip() for row in rows for cell in row[header_width:]):
        return header_width
    if (
        usual > header_width
        and header.separator == ","
        and _may_be_split_decimal(rows, match_header(header.cells, table), table)
    ):
        return header_width
    return usual


def _may_be_split_decimal(rows: list[list[str]], header: Header, table: Table) -> bool:
    """Whether a decimal comma without quotes may explain the additional cell: `1,5,` for 1.5 and an empty cell."""
    decimal = {at for at, name in header.fields.items() if name in table.names and table.field(name).kind in _DECIMAL}
    return any(
        all(
            re.fullmatch(r"-?\d+", row[at].strip()) and re.fullmatch(r"\d{1,3}", row[following].strip()) for row in rows
        )
        for at, following in pairwise(range(header.width + 1))
        if at in decimal
    )
