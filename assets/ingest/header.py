"""Which column of a file is which field: the header line against the alias lists of the contract.

Belongs here: matching names, also of columns that qualify others. Not: reading the file or its cells.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from assets.errors import FileRejected
from assets.ingest.columns.units import dimension_of, unit_named
from schemas.tables import Table

_BRACKETED = re.compile(r"^(.*?)\s*[(\[{](.*)[)\]}]\s*$", re.DOTALL)
_SHORT = {
    "nomor": "no", "tanggal": "tgl", "jml": "jumlah", "jlh": "jumlah", "kabupaten": "kab", "kabkota": "kab_kota",
    "kd": "kode", "kod": "kode", "propinsi": "provinsi", "prov": "provinsi", "thn": "tahun", "bln": "bulan",
}  # fmt: skip
_LONGEST = 60  # characters of a header that are repeated to anybody


@dataclass(frozen=True)
class Header:
    """The columns of a file: `fields` maps its column position to the name of a field or qualifier; the rest is never stored.

    `ignored`: the headers of columns that are neither (names, addresses, anything unknown). `units`: by field, the unit that
    its header gives in brackets.
    """

    width: int
    fields: dict[int, str]
    language: str
    ignored: tuple[str, ...]
    units: dict[str, str]


@lru_cache(4096)
def normal(text: str) -> str:
    """A header without case, accents, punctuation and line breaks, usual abbreviations as one: `No. KPJ` → `no_kpj`."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_").split("_")
    return "_".join(_SHORT.get(word, word) for word in words)


def match_header(cells: list[str], table: Table) -> Header:
    """Match header cells to fields and qualifiers.

    Raises FileRejected where two columns are the same field, or a required column is not there.
    """
    could_be = [_meanings(cell, table) for cell in cells]
    fields: dict[int, str] = {}
    for position, names in enumerate(could_be):
        rivals = [at for at, others in enumerate(could_be) if names and others and others[0] == names[0]]
        for name in _preferred(names, position, rivals, could_be):
            if name in fields.values():
                first = next(at for at, known in fields.items() if known == name)
                raise FileRejected("duplicate_header", _twice(cells[first], cells[position], name))
            fields[position] = name
    _complete(set(fields.values()), table)
    own = sum(normal(cells[position]) == normal(name) for position, name in fields.items())
    language = "canonical" if 2 * own >= len(fields) else "alias"
    ignored = tuple(_shown(cell) for position, cell in enumerate(cells) if position not in fields)
    units = {name: unit for at, name in fields.items() if (unit := unit_named(_split(cells[at])[1])) is not None}
    return Header(len(cells), fields, language, ignored, units)


def likeness(cells: list[str], table: Table) -> int:
    """How many cells are names of the table's columns: tells a header from data, and one separator from another."""
    return sum(bool(_meanings(cell, table)) for cell in cells)


def _preferred(
    names: tuple[str, ...], position: int, rivals: list[int], could_be: list[tuple[str, ...]]
) -> Iterator[str]:
    """The one thing that a column is: where several columns could be a field, those that can only be it are."""
    if len(names) > 1 and any(len(could_be[at]) == 1 for at in rivals if at != position):
        yield names[1]
    else:
        yield from names[:1]


def _meanings(cell: str, table: Table) -> tuple[str, ...]:
    """The field and the qualifier that a header can be, the field first. Brackets are heeded, or nothing is matched."""
    name, inside = _split(cell)
    found = _known(table).get(normal(name), ())
    if not inside or not found:
        return _known(table).get(normal(cell), ()) if inside else found
    unit = unit_named(inside)
    if unit is not None:
        return tuple(
            name
            for name in found
            if name in table.names and dimension_of(unit, table.field(name).unit, table.field(name).kind)
        )
    return found if set(found) & set(_known(table).get(normal(inside), ())) else ()


def _split(cell: str) -> tuple[str, str]:
    """(name, what stands in brackets behind it)."""
    bracketed = _BRACKETED.match(cell)
    return (bracketed[1], bracketed[2].strip()) if bracketed and bracketed[1].strip() else (cell, "")


def _complete(names: set[str], table: Table) -> None:
    absent = [field.name for field in table.fields if field.column_required and field.name not in names]
    absent += [f"{' or '.join(group)}" for group in table.one_of if not names & set(group)]
    if absent:
        raise FileRejected(
            "missing_column", f"no column {', '.join(absent)}: name them as the contract of {table.name} does"
        )


def _twice(one: str, other: str, name: str) -> str:
    return f"two columns could be {name}: “{_shown(one)}” and “{_shown(other)}”; keep one of them"


def _shown(cell: str) -> str:
    """A header as it may be repeated: on one line, not long."""
    return re.sub(r"\s+", " ", cell).strip()[:_LONGEST]


@cache
def _known(table: Table) -> dict[str, tuple[str, ...]]:
    """Every header text of the table, normalised → its field and its qualifier, where it has them."""
    known: dict[str, tuple[str, ...]] = {}
    for field in table.fields:
        for alias in (field.name, *field.aliases):
            known[normal(alias)] = (field.name,)
    for qualifier in table.qualifiers:
        for alias in (qualifier.name, *qualifier.aliases):
            known[normal(alias)] = (*known.get(normal(alias), ())[:1], qualifier.name)
    return known
