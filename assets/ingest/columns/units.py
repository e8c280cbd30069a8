"""Units of figures: in a separate column, in brackets after a header, or in a title above the table.

Belongs here: the unit of a text, and its factor. Not here: the figures to which it applies (`qualifiers`).
"""

import re
from functools import cache

from schemas import code_lists
from schemas.tables import Kind


def unit_code(text: str) -> str | None:
    """The code of the unit (code list `delivery_units`), or None."""
    return _aliases().get(_normalise(text)) if text else None


def unit_in_title(title: str) -> str | None:
    """The code of the unit that a title names: `(ribu orang)`, `Satuan: ribu orang`, `dalam jutaan rupiah`."""
    for bracketed, words in _NAMED.findall(title):
        named = _normalise(words).split()
        texts = (bracketed, *(" ".join(named[:count]) for count in range(len(named), 0, -1)))
        if code := next(filter(None, map(unit_code, texts)), None):
            return code
    return None


def has_dimension(unit: str, of_field: str, kind: Kind) -> bool:
    """Whether figures of a field of this unit and kind can be in the unit."""
    dimension, _ = _units()[unit]
    if kind is Kind.PERCENT or dimension == "percent":
        return kind is Kind.PERCENT and dimension == "percent"
    measured = of_field.split(" ")[0]
    return kind in (Kind.COUNT, Kind.NUMBER) and (
        dimension == measured or (dimension == "any" and measured in _DIMENSIONS)
    )


def unit_factor(unit: str) -> int:
    """The factor of figures in the unit."""
    return _units()[unit][1]


_DIMENSIONS = ("person", "IDR")
_NAMED = re.compile(r"\(([^()]+)\)|\b(?:satuan|unit|dalam|dlm)\b\W*([^()]+)", re.IGNORECASE)
_IN = re.compile(r"^(?:DALAM|DLM|IN) ")


def _normalise(text: str) -> str:
    words = re.sub(r"[^A-Z0-9%]+", " ", re.sub(r"(?<=\d)[.,](?=\d)", "", text.upper())).split()
    return _IN.sub("", " ".join(words))


@cache
def _units() -> dict[str, tuple[str, int]]:
    rows = code_lists.codes("delivery_units").iter_rows(named=True)
    return {row["code"]: (row["dimension"], int(row["factor"])) for row in rows}


@cache
def _aliases() -> dict[str, str]:
    return {_normalise(text): code for text, code in code_lists.aliases("delivery_units").items()}
