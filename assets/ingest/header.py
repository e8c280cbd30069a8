"""Match the header line of a file to the fields of the contract, by their names and aliases.

Belongs here: matching names, also of columns that qualify others. Not here: reading the file or its cells.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from assets.errors import FileRejected
from assets.ingest.columns.units import has_dimension, unit_code
from schemas.refusals import DUPLICATE_HEADER, MISSING_COLUMN, UNKNOWN_COLUMN
from schemas.tables import Table
from schemas.texts import Text

_BRACKETED = re.compile(r"^(.*?)\s*[(\[{](.*)[)\]}]\s*$", re.DOTALL)
_ABBREVIATIONS = {
    "nomor": "no", "tanggal": "tgl", "jml": "jumlah", "jlh": "jumlah", "kabupaten": "kab", "kabkota": "kab_kota",
    "kd": "kode", "kod": "kode", "propinsi": "provinsi", "prov": "provinsi", "thn": "tahun", "bln": "bulan",
}  # fmt: skip
_NUMBERS, _NAMES = ("", "no", "id"), ("nama", "name", "label")
_NOTES = ("ket", "keterangan", "catatan", "note", "notes", "sumber", "source", "url", "link")
_HARMLESS = frozenset((*_NUMBERS, *_NAMES, *_NOTES))
_REGION_NAMES = frozenset(("provinsi", "kab", "kota", "kab_kota", "wilayah"))  # names beside codes
_MAX_LENGTH = 60  # characters of a header that a message may repeat


@dataclass(frozen=True)
class Header:
    """The columns of a file. `fields`: column position → name of a field or qualifier; other columns are never stored.

    `ignored`: the headers of those other columns (names, addresses, anything unknown). `units`: field → unit in the brackets
    of its header. `titles`: the texts above the header.
    """

    width: int
    fields: dict[int, str]
    language: str
    ignored: tuple[str, ...]
    units: dict[str, str]
    titles: tuple[str, ...] = ()


@lru_cache(4096)
def normalise_header(text: str) -> str:
    """A header without case, accents, punctuation and line breaks, with abbreviated usual words: `No. KPJ` → `no_kpj`."""
    letters = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", letters).strip("_").split("_")
    return "_".join(_ABBREVIATIONS.get(word, word) for word in words)


def match_header(cells: list[str], table: Table, titles: Iterable[str] = ()) -> Header:
    """Match header cells to fields and qualifiers. `titles`: the texts above the header.

    Raises FileRejected if two columns are the same field, if a required column is missing, or if a column that is not known
    may divide the figures of the table.
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
    others = [cell for position, cell in enumerate(cells) if position not in fields]
    if table.aggregated and (unknown := [cell for cell in others if not _is_harmless(cell)]):
        raise FileRejected(
            UNKNOWN_COLUMN, extract=table.name, columns=", ".join(f"“{_shortened(cell)}”" for cell in unknown)
        )
    ignored = tuple(map(_shortened, others))
    units = {name: unit for at, name in fields.items() if (unit := unit_code(_split(cells[at])[1])) is not None}
    return Header(len(cells), fields, language, ignored, units, tuple(text for text in titles if text.strip()))


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


def _is_harmless(cell: str) -> bool:
    """Whether a column of this header describes a row and cannot divide its figures: a number, a name, a note."""
    words = normalise_header(cell).split("_")
    return not {words[0], words[-1]}.isdisjoint(_HARMLESS) or normalise_header(cell) in _REGION_NAMES


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
    for qualifier in table.all_qualifiers:
        for alias in (qualifier.name, *qualifier.aliases):
            known[normalise_header(alias)] = (*known.get(normalise_header(alias), ())[:1], qualifier.name)
    return known
