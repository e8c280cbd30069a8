"""Typed cells: values if the type is native to the field, else texts as in a text file.

Belongs here: the native type of a field, and numbers that cannot be identifiers. Not here: reading a format.
"""

import polars as pl

from assets.ingest.batch import DATE, FLAG, NUMBER, TYPES, to_text
from assets.ingest.columns.cleaning import BROKEN
from schemas.tables import Field, Kind

_NATIVE_TYPES = {
    Kind.DATE: DATE,
    Kind.MONTH: DATE,
    Kind.NUMBER: NUMBER,
    Kind.COUNT: NUMBER,
    Kind.PERCENT: NUMBER,
    Kind.FLAG: FLAG,
}
_NAMES = (Kind.IDENTIFIER, Kind.NIK)
_TRUSTED = 10**15  # a spreadsheet keeps 15 digits of a number, and so does a float


def native_cells(field: Field, rows: pl.DataFrame) -> pl.Series | None:
    """The cells with the native type of the field; None without such cells."""
    own = f"{field.name}{_NATIVE_TYPES.get(field.kind, ':')}"
    if own not in rows.columns:
        return None
    cells = rows[own]
    return cells.cast(pl.Float64) if own.endswith(NUMBER) else cells


def text_cells(field: Field, rows: pl.DataFrame, *, from_spreadsheet: bool) -> pl.Series:
    """The cells of other types as texts."""
    own = _NATIVE_TYPES.get(field.kind, ":")
    others = [field.name + kind for kind in TYPES if kind != own and field.name + kind in rows.columns]
    if not others:
        return (
            rows[field.name]
            if field.name in rows.columns
            else pl.repeat(None, rows.height, dtype=pl.String, eager=True)
        )
    there = [field.name] if field.name in rows.columns else []
    texts = to_text(rows.select(*there, *others, "row_number"))[field.name].cast(pl.String)
    if field.kind not in _NAMES:
        return texts
    lost = pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
    for column in others:
        lost = lost | _untrusted(rows[column], from_spreadsheet=from_spreadsheet)
    return pl.select(pl.when(lost).then(texts + BROKEN).otherwise(texts)).to_series()


def _untrusted(cells: pl.Series, *, from_spreadsheet: bool) -> pl.Series:
    """Whether each typed cell cannot be an identifier: dates, booleans, fractions, and numbers too long for their type."""
    if not cells.dtype.is_numeric():
        return cells.is_not_null()
    rounded = from_spreadsheet or cells.dtype.is_float()
    fraction = cells.cast(pl.Float64) != cells.cast(pl.Float64).floor()
    return ((cells.abs() >= _TRUSTED) if rounded else fraction).fill_null(value=False) | fraction.fill_null(value=False)
