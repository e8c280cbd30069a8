"""What a workbook says that its reader does not pass on: its day 0, cells that are errors, formulas that nobody computed.

Belongs here: these few facts, from the parts of the package, by the XML parser of the standard library; and what a file is
that is named like a workbook and is none. Not: the values of cells (`spreadsheet`); where the two disagree the file is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from assets.errors import FileRejected
from assets.ingest.batch import EPOCH, EPOCH_1904

MAX_BYTES = 2 << 30  # bytes of a package, unpacked: a sheet of a million full rows has less
MAX_CELLS = 40_000_000  # between the first cell and the last one: the reader has room for each
CellPosition = tuple[int, int]  # row and column, from 0
_OTHER_FORMATS = {"xl/workbook.bin": "a binary workbook (.xlsb)", "content.xml": "an OpenDocument file (.ods)"}
_WORKBOOK = "xl/workbook.xml"
SAVE_AS = "save it as .xlsx or CSV"


@dataclass
class SheetFacts:
    """Of a sheet: its last cell, the text of each cell that is an error, and the formulas without a value."""

    last: CellPosition = (0, 0)
    errors: dict[CellPosition, str] = field(default_factory=dict)
    uncomputed: list[CellPosition] = field(default_factory=list)


def refuse_other_formats(path: Path) -> None:
    """Raise FileRejected where the package is no workbook of the format, or is too large to be opened."""
    try:
        with ZipFile(path) as package:
            parts = {part.filename: part.file_size for part in package.infolist()}
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileRejected(
            "unreadable", f"the workbook is damaged or cut short: {SAVE_AS}, and send it again"
        ) from None
    other = next((what for part, what in _OTHER_FORMATS.items() if part in parts), None)
    if other:
        raise FileRejected("unknown_format", f"the content is {other}: {SAVE_AS}")
    if not any(part.startswith("xl/") for part in parts):
        raise FileRejected(
            "unknown_format", f"the content is a zip archive and no workbook: take the table out, {SAVE_AS}"
        )
    if sum(parts.values()) > MAX_BYTES:
        raise FileRejected(
            "too_large", "the workbook has more than 2 GB when unpacked: send the table as CSV or Parquet"
        )


def epoch_of(path: Path) -> date:
    """Day 0 of the workbook's serial day numbers."""
    found = EPOCH
    with ZipFile(path) as package, package.open(_workbook_part(package)) as part:
        for name, attributes in _elements(part):
            if name == "workbookPr" and attributes.get("date1904", "0") in ("1", "true", "on"):
                found = EPOCH_1904
    return found


def facts_of(path: Path, sheet: str) -> SheetFacts:
    """The facts of the sheet with that name. Raises KeyError where its part is not in the package."""
    with ZipFile(path) as package, package.open(_sheet_part(package, sheet)) as part:
        return _Cells().read(part)


class _Cells:
    """Walks the cells of a sheet. A row or cell that does not say where it is stands behind the one before."""

    def __init__(self) -> None:
        self.facts = SheetFacts()
        self.position: CellPosition = (-1, -1)
        self.kind = ""
        self.inside = ""  # the element whose text is kept
        self.is_formula = False
        self.text = ""

    def read(self, part: IO[bytes]) -> SheetFacts:
        """The facts of the sheet."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.data
        parser.ParseFile(part)
        return self.facts

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A row, a cell, its formula or its value begins."""
        name = name.rpartition(":")[2]
        if name == "c":
            reference = attributes.get("r")
            self.position = _cell_position(reference) if reference else (self.position[0], self.position[1] + 1)
            self.kind, self.is_formula, self.text = attributes.get("t", ""), False, ""
        elif name == "row":
            row = int(attributes["r"]) - 1 if "r" in attributes else self.position[0] + 1
            self.position = (row, -1)
        elif name == "f":
            self.is_formula = True
        elif name in ("v", "t"):
            self.inside = name

    def data(self, text: str) -> None:
        """Text of an element."""
        if self.inside:
            self.text += text

    def end(self, name: str) -> None:
        """A cell ends: it is judged."""
        name = name.rpartition(":")[2]
        if name != "c":
            self.inside = ""
            return
        if self.text:
            self.facts.last = (max(self.facts.last[0], self.position[0]), max(self.facts.last[1], self.position[1]))
        if self.kind == "e":
            self.facts.errors[self.position] = self.text
        elif self.is_formula and not self.text and self.kind != "str":  # the value of a formula may be an empty text
            self.facts.uncomputed.append(self.position)


def _cell_position(reference: str) -> CellPosition:
    """`B7` → (6, 1)."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]) - 1, column - 1


def _sheet_part(package: ZipFile, sheet: str) -> str:
    workbook = _workbook_part(package)
    folder, _, name = workbook.rpartition("/")
    with package.open(workbook) as part:
        sheets = {
            attributes["name"]: _local(attributes, "id") for found, attributes in _elements(part) if found == "sheet"
        }
    with package.open(f"{folder}/_rels/{name}.rels") as part:
        relations = [attributes for found, attributes in _elements(part) if found == "Relationship"]
    target = next(relation["Target"] for relation in relations if relation["Id"] == sheets[sheet])
    return target.removeprefix("/") if target.startswith("/") else f"{folder}/{target}"


def _workbook_part(package: ZipFile) -> str:
    with package.open("_rels/.rels") as part:
        for name, attributes in _elements(part):
            if name == "Relationship" and attributes["Type"].endswith("/officeDocument"):
                return attributes["Target"].removeprefix("/")
    return _WORKBOOK


def _local(attributes: dict[str, str], name: str) -> str:
    """The attribute of that name in a namespace of its own, whatever its prefix."""
    return next(value for key, value in attributes.items() if key.rpartition(":")[2] == name and ":" in key)


def _elements(part: IO[bytes]) -> Iterator[tuple[str, dict[str, str]]]:
    """The elements of a small part, by their names without prefix."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
    parser.ParseFile(part)
    yield from found
