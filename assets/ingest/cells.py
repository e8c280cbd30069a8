"""What a spreadsheet says of its cells and no reader passes on: where they stand, and which are stored as numbers.

Belongs here: the few facts read from the sheet's own XML. A number keeps 15 digits, so a NIK stored as one is damaged
even where the cells around it are text.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

_SHEET = re.compile(r'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_TARGET = re.compile(r"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]+)(\d+)"([^>]*)>')
_TEXT = re.compile(rb'\bt="(?:s|str|inlineStr)"')


@dataclass(frozen=True)
class Cells:
    """A sheet's cells: its first used row and column (from 1), and the rows of each column's numbers."""

    first_row: int
    first_column: int
    numbers: dict[int, frozenset[int]]


def cells_of(path: Path, place: int) -> Cells:
    """The facts of the sheet at that place in the book (from 0). Raises ValueError where it is not in the file."""
    with ZipFile(path) as book:
        found = list(_CELL.finditer(book.read(_part(book, place))))
    if not found:
        raise ValueError("the sheet has no cells")
    numbers: dict[int, set[int]] = {}
    for cell in found:
        if not _TEXT.search(cell[3]) and not cell[3].endswith(b"/"):
            numbers.setdefault(_column(cell[1]), set()).add(int(cell[2]))
    first_row = min(int(cell[2]) for cell in found)
    first_column = min(_column(cell[1]) for cell in found)
    return Cells(first_row, first_column, {column: frozenset(rows) for column, rows in numbers.items()})


def _part(book: ZipFile, place: int) -> str:
    """The name of the sheet's part in the package, by the workbook's relationships."""
    sheets = _SHEET.findall(book.read("xl/workbook.xml").decode())
    relations = book.read("xl/_rels/workbook.xml.rels").decode()
    targets = {
        found["Id"]: found["Target"] for found in (dict(_ATTRIBUTE.findall(tag)) for tag in _TARGET.findall(relations))
    }
    if place >= len(sheets) or sheets[place][1] not in targets:
        raise ValueError("the sheet is not in the book")
    target = targets[sheets[place][1]].removeprefix("/")
    return target if target.startswith("xl/") else f"xl/{target}"


def _column(letters: bytes) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
