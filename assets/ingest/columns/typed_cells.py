"""Cells that have a type: kept where it is the field's own, else written as the text that they would have in a text file.

Belongs here: which type is a field's own, and numbers that cannot be trusted as names. Not: how a format is read.
"""

import polars as pl

from assets.ingest.batch import DATE, FLAG, NUMBER, TYPES, to_text
from assets.ingest.columns.cleaning import BROKEN
from schemas.tables import Field, Kind

_NATIVE_TYPES = {
    Kind.DATE: DATE, Kind.MONTH: DATE, Kind.NUMBER: NUMBER, Kind.COUNT: NUMBER, Kind.PERCENT: NUMBER, Kind.FLAG: FLAG,
}  # fmt: skip
_NAMES = (Kind.IDENTIFIER, Kind.NIK)
_TRUSTED = 10**15  # a spreadsheet keeps 15 digits of a number, and so does a float


def native_cells(field: Field, rows: pl.DataFrame) -> pl.Series | None:
    """The cells that have the type of the field; None where the column has none."""
    own = f"{field.name}{_NATIVE_TYPES.get(field.kind, ':')}"
    if own not in rows.columns:
        return None
    cells = rows[own]
    return cells.cast(pl.Float64) if own.endswith(NUMBER) else cells


def text_cells(field: Field, rows: pl.DataFrame, *, from_spreadsheet: bool) -> pl.Series:
    """The other cells as texts."""
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
    """Which typed cells say no identifier: dates, booleans, fractions, and numbers too long for their type."""
    if not cells.dtype.is_numeric():
        return cells.is_not_null()
    rounded = from_spreadsheet or cells.dtype.is_float()
    fraction = cells.cast(pl.Float64) != cells.cast(pl.Float64).floor()
    return ((cells.abs() >= _TRUSTED) if rounded else fraction).fill_null(value=False) | fraction.fill_null(value=False)
