"""Values as text for the screen: thousands separators, few decimals, alignment.

Belongs here: the form of one column. Only the screen has it; files hold every digit. Not: the layout of columns (`screen`).
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

NO_NUMBER = "–"
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_LEAST_DIGITS = 2  # significant digits of the smallest number of a column
_MOST_DECIMALS = 6


@dataclass(frozen=True)
class ShownColumn:
    """A column as it is shown: its name, a text for each row, numbers to the right."""

    name: str
    cells: tuple[str, ...]
    is_number: bool

    @property
    def cell_width(self) -> int:
        """The width of the longest cell."""
        return max(map(len, self.cells), default=0)

    @property
    def is_constant(self) -> bool:
        """Whether all rows have the same text."""
        return len(set(self.cells)) == 1


def shown_column(name: str, kind: str, values: list[object]) -> ShownColumn:
    """The column with its values as text."""
    kind = kind.upper()
    if kind.removeprefix("U") in _WHOLE:
        form = "d" if "year" in name.lower() else ",d"
        return ShownColumn(name, tuple(_number(value, form) for value in values), is_number=True)
    if kind in ("FLOAT", "DOUBLE") or kind.startswith("DECIMAL"):
        form = f",.{_decimals(values)}f"
        return ShownColumn(name, tuple(_number(value, form) for value in values), is_number=True)
    return ShownColumn(name, tuple(map(_text, values)), is_number=False)


def _number(value: object, form: str) -> str:
    return format(value, form) if isinstance(value, int | float | Decimal) else NO_NUMBER


def _decimals(values: list[object]) -> int:
    """Three decimals below 10, fewer above, more if a small number needs them. A decimal that is 0 in every row is left out."""
    sizes = [abs(float(value)) for value in values if isinstance(value, int | float | Decimal)]
    sizes = [size for size in sizes if 0 < size < float("inf")]
    if not sizes or all(size == int(size) for size in sizes):
        return 0
    decimals = 1 if max(sizes) >= 100 else 2 if max(sizes) >= 10 else 3
    while decimals >= 3 and min(sizes) < 10 ** (_LEAST_DIGITS - 1 - decimals) and decimals < _MOST_DECIMALS:
        decimals += 1
    while all(round(size, decimals) == round(size, decimals - 1) for size in sizes):
        decimals -= 1
    return decimals


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(str(value).split())
