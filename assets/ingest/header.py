"""Which column of a file is which field: the header line against the alias lists of the contract.

Belongs here: matching names. Not: reading the file or its cells.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from assets.errors import FileRejected
from schemas.model import Table


@dataclass(frozen=True)
class Header:
    """The columns of a file: `fields` maps its column position to the field's name; the rest is never stored.

    `ignored` counts columns without a field (names, addresses, phone numbers, anything unknown).
    """

    width: int
    fields: dict[int, str]
    language: str
    ignored: int


@lru_cache(4096)
def normal(text: str) -> str:
    """A header text without case, punctuation and accents of spelling: `Tanggal Lahir` → `tanggal_lahir`."""
    return re.sub(r"[^a-z0-9]+", "_", text.strip().lower()).strip("_")


def match_header(cells: list[str], table: Table) -> Header:
    """Match header cells to fields.

    Raises FileRejected where two columns are the same field, or a required column is not there.
    """
    known = _known(table)
    fields: dict[int, str] = {}
    for position, cell in enumerate(cells):
        name = known.get(normal(cell))
        if name and name in fields.values():
            raise FileRejected("duplicate_header", f"two columns are {name}: keep one of them")
        if name:
            fields[position] = name
    absent = [field.name for field in table.fields if field.column_required and field.name not in fields.values()]
    if absent:
        raise FileRejected(
            "missing_column", f"no column {', '.join(absent)}: name them as the contract of {table.name} does"
        )
    own = sum(normal(cells[position]) == name for position, name in fields.items())
    language = "canonical" if 2 * own >= len(fields) else "alias"
    return Header(len(cells), fields, language, len(cells) - len(fields))


def likeness(cells: list[str], table: Table) -> int:
    """How many cells are names of the table's fields: tells a header from data, and one separator from another."""
    return sum(normal(cell) in _known(table) for cell in cells)


@cache
def _known(table: Table) -> dict[str, str]:
    """Every header text of the table, normalised → its field."""
    return {normal(alias): field.name for field in table.fields for alias in (field.name, *field.aliases)}
