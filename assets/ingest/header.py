"""Match the header line of a file to the fields of the contract, by their names and aliases.

Belongs here: matching names, also of columns that qualify others. Not here: reading the file or its cells.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from assets.errors import FileRejected
from assets.ingest.columns.units import has_dimension, unit_code
from schemas.refusals import DUPLICATE_HEADER, MISSING_COLUMN
from schemas.tables import Table
from schemas.texts import Text

_BRACKETED = re.compile(r"^(.*?)\s*[(\[{](.*)[)\]}]\s*$", re.DOTALL)
_ABBREVIATIONS = {
    "nomor": "no", "tanggal": "tgl", "jml": "jumlah", "jlh": "jumlah", "kabupaten": "kab", "kabkota": "kab_kota",
    "kd": "kode", "kod": "kode", "propinsi": "provinsi", "prov": "provinsi", "thn": "tahun", "bln": "bulan",
}  # fmt: skip
_MAX_LENGTH = 60  # characters of a header that a message may repeat


@dataclass(frozen=True)
class Header:
    """The columns of a file. `fields`: column position → name of a field or qualifier; other columns are never stored.

    `ignored`: the headers of those other columns (names, addresses, anything unknown). `units`: field → unit in the brackets
    of its header.
    """

    width: int
    fields: dict[int, str]
    language: str
    ignored: tuple[str, ...]
    units: dict[str, str]


@lru_cache(4096)
def normalise_header(text: str) -> str:
    """A header without case, accents, punctuation and line breaks, with abbreviated usual words: `No. KPJ` → `no_kpj`."""
    letters = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", letters).strip("_").split("_")
    return "_".join(_ABBREVIATIONS.get(word, word) for word in words)


def match_header(cells: list[str], table: Table) -> Header:
    """Match header cells to fields and qualifiers.

    Raises FileRejected if two columns are the same field, or if a required column is missing.
    """
    candidates = [_candidates(cell, table) for cell in cells]
    fields: dict[int, str] = {}
    for position, names in enumerate(candidates):
        rivals = [at for at, others in enumerate(candidates) if names and others and others[0] == names[0]]
        for name in _choose(names, position, rivals, candidates):
            if name in fields.values():
                first = next(at for at, known in fields.items() if known == name)
                raise FileRejected(
                    DUPLICATE_HEADER,
                    field=_header(name, table),
                    first=_shortened(cells[first]),
                    second=_shortened(cells[position]),
                )
            fields[position] = name
    _require_columns(set(fields.values()), table)
    canonical = sum(normalise_header(cells[position]) == normalise_header(name) for position, name in fields.items())
    language = "canonical" if 2 * canonical >= len(fields) else "alias"
    ignored = tuple(_shortened(cell) for position, cell in enumerate(cells) if position not in fields)
    units = {name: unit for at, name in fields.items() if (unit := unit_code(_split(cells[at])[1])) is not None}
    return Header(len(cells), fields, language, ignored, units)


def count_known_headers(cells: list[str], table: Table) -> int:
    """The number of cells that name a column of the table: it identifies the header line and the separator."""
    return sum(bool(_candidates(cell, table)) for cell in cells)


def _choose(
    names: tuple[str, ...], position: int, rivals: list[int], candidates: list[tuple[str, ...]]
) -> Iterator[str]:
    """The field or qualifier of a column. A column without another choice has priority for a field."""
    if len(names) > 1 and any(len(candidates[at]) == 1 for at in rivals if at != position):
        yield names[1]
    else:
        yield from names[:1]


def _candidates(cell: str, table: Table) -> tuple[str, ...]:
    """The field and the qualifier that a header may name, the field first; none if its brackets contradict the field."""
    name, inside = _split(cell)
    found = _names_by_header(table).get(normalise_header(name), ())
    if not inside or not found:
        return _names_by_header(table).get(normalise_header(cell), ()) if inside else found
    unit = unit_code(inside)
    if unit is not None:
        return tuple(
            name
            for name in found
            if name in table.names and has_dimension(unit, table.field(name).unit, table.field(name).kind)
        )
    return found if set(found) & set(_names_by_header(table).get(normalise_header(inside), ())) else ()


def _split(cell: str) -> tuple[str, str]:
    """(name, text in the brackets after it)."""
    bracketed = _BRACKETED.match(cell)
    return (bracketed[1], bracketed[2].strip()) if bracketed and bracketed[1].strip() else (cell, "")


def _require_columns(names: set[str], table: Table) -> None:
    absent = [[field.name] for field in table.fields if field.column_required and field.name not in names]
    absent += [list(group) for group in table.one_of if not names & set(group)]
    if absent:
        columns = Text(
            *(
                ", ".join(either.join(_header(name, table).to(language) for name in group) for group in absent)
                for language, either in (("en", " or "), ("id", " atau "))
            )
        )
        raise FileRejected(MISSING_COLUMN, columns=columns, extract=table.name)


def _header(name: str, table: Table) -> Text:
    """The header of a field in both languages; a qualifier has one name."""
    return table.field(name).header if name in table.names else Text(name, name)


def _shortened(cell: str) -> str:
    """A header for a message: on one line, and not long."""
    return re.sub(r"\s+", " ", cell).strip()[:_MAX_LENGTH]


@cache
def _names_by_header(table: Table) -> dict[str, tuple[str, ...]]:
    """Normalised header text → its field and its qualifier, if it has them."""
    known: dict[str, tuple[str, ...]] = {}
    for field in table.fields:
        for alias in (field.name, *field.aliases):
            known[normalise_header(alias)] = (field.name,)
    for qualifier in table.qualifiers:
        for alias in (qualifier.name, *qualifier.aliases):
            known[normalise_header(alias)] = (*known.get(normalise_header(alias), ())[:1], qualifier.name)
    return known
