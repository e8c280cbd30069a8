"""What readers hand on: rows of a file as text, numbered as a spreadsheet counts them.

Belongs here: the form of a batch, and of a text column whose texts repeat. Columns repeat themselves: a column may be
an Enum of its distinct texts, and what is done to a text is then done once (`spread`). Not: how a format is read, or
what a text means.
"""

from dataclasses import dataclass

import polars as pl
import pyarrow as pa

ROW_NUMBER = "row_number"
BROKEN_SCHEMA = {ROW_NUMBER: pl.Int32, "line": pl.String}
_PLACES = ((pl.UInt8, 1 << 8), (pl.UInt16, 1 << 16), (pl.UInt32, 1 << 32))


@dataclass(frozen=True)
class Batch:
    """Rows of a file as text. `rows`: canonical text columns and `row_number`; `broken`: row_number and line."""

    rows: pl.DataFrame
    broken: pl.DataFrame
    encoding: str = "utf-8"


def plain(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with every text written out."""
    return rows.with_columns(pl.col(name).cast(pl.String) for name, kind in rows.schema.items() if kind == pl.Enum)


def enumerated(column: pa.DictionaryArray) -> pl.Series:
    """A dictionary column as an Enum of the same texts in the same order."""
    known = pl.Series(pl.from_arrow(column.dictionary), dtype=pl.String)
    narrow = next(kind for kind, size in _PLACES if known.len() < size)
    return pl.Series(pl.from_arrow(column.indices)).cast(narrow).cat.to(pl.Enum(known))


def distinct(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(texts, places): the different texts in the order met, and of each row the place of its text; null for none."""
    kind = text.dtype
    if not isinstance(kind, pl.Enum):
        kind = pl.Enum(text.drop_nulls().unique(maintain_order=True))
    return kind.categories, text.cast(kind).to_physical()
