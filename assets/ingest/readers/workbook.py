"""Facts about a workbook that Calamine does not report: day 0 of its dates, cells with errors, formulas without a value.

Belongs here: these facts, read from the package with the XML parser of the standard library, and the rejection of other
formats. Not here: the values of cells (`spreadsheet`). A file is rejected if the two readers disagree.
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
from schemas.refusals import DAMAGED_WORKBOOK, OTHER_WORKBOOK, UNPACKED_TOO_LARGE, ZIP_ARCHIVE
from schemas.texts import Text

MAX_BYTES = 2 << 30  # bytes of an unpacked package; a sheet of a million full rows has fewer
MAX_CELLS = 40_000_000  # between the first and the last cell; the reader reserves memory for each
CellPosition = tuple[int, int]  # row and column, from 0
_OTHER_FORMATS = {
    "xl/workbook.bin": Text("a binary workbook (.xlsb)", "buku kerja biner (.xlsb)"),
    "content.xml": Text("an OpenDocument file (.ods)", "berkas OpenDocument (.ods)"),
}
_WORKBOOK = "xl/workbook.xml"


@dataclass
class SheetFacts:
    """Facts about a sheet: its last cell, the texts of cells with errors, and the formulas without a value."""

    last: CellPosition = (0, 0)
    errors: dict[CellPosition, str] = field(default_factory=dict)
    uncomputed: list[CellPosition] = field(default_factory=list)


def refuse_other_formats(path: Path) -> None:
    """Raise FileRejected if the package is not an .xlsx workbook or is too large."""
    try:
        with ZipFile(path) as package:
            parts = {part.filename: part.file_size for part in package.infolist()}
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileRejected(DAMAGED_WORKBOOK) from None
    other = next((what for part, what in _OTHER_FORMATS.items() if part in parts), None)
    if other:
        raise FileRejected(OTHER_WORKBOOK, format=other)
    if not any(part.startswith("xl/") for part in parts):
        raise FileRejected(ZIP_ARCHIVE)
    if sum(parts.values()) > MAX_BYTES:
        raise FileRejected(UNPACKED_TOO_LARGE)


def epoch_of(path: Path) -> date:
    """Day 0 of the serial day numbers in the workbook."""
    found = EPOCH
    with ZipFile(path) as package, package.open(_workbook_part(package)) as part:
        for name, attributes in _elements(part):
            if name == "workbookPr" and attributes.get("date1904", "0") in ("1", "true", "on"):
                found = EPOCH_1904
    return found


def facts_of(path: Path, sheet: str) -> SheetFacts:
    """The facts of the sheet with this name. Raises KeyError if its part is not in the package."""
    with ZipFile(path) as package, package.open(_sheet_part(package, sheet)) as part:
        return _Cells().read(part)


class _Cells:
    """Visits the cells of a sheet. A row or cell without a reference follows the one before it."""

    def __init__(self) -> None:
        self.facts = SheetFacts()
        self.position: CellPosition = (-1, -1)
        self.kind = ""
        self.inside = ""  # the element whose text is collected
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
        """Handle the start of a row, a cell, its formula or its value."""
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
        """Collect the text of an element."""
        if self.inside:
            self.text += text

    def end(self, name: str) -> None:
        """Handle the end of a cell: record its facts."""
        name = name.rpartition(":")[2]
        if name != "c":
            self.inside = ""
            return
        if self.text:
            self.facts.last = (max(self.facts.last[0], self.position[0]), max(self.facts.last[1], self.position[1]))
        if self.kind == "e":
            self.facts.errors[self.position] = self.text
        elif self.is_formula and not self.text and self.kind != "str":  # the value of a formula may be an empty string
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
    """The attribute of this name with a namespace, whatever its prefix."""
    return next(value for key, value in attributes.items() if key.rpartition(":")[2] == name and ":" in key)


def _elements(part: IO[bytes]) -> Iterator[tuple[str, dict[str, str]]]:
    """The elements of a small part, with names without prefix."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
    parser.ParseFile(part)
    yield from found
