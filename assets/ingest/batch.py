"""What readers hand on: the rows of a file, each cell with the type it had there, numbered as a spreadsheet counts them.

Belongs here: the form of a batch, and of a text column whose texts repeat. Columns repeat themselves: a column may be
an Enum of its distinct texts, and what is done to a text is then done once (`distinct`). Not: how a format is read, or
what a cell means.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl
import pyarrow as pa

from assets.ingest.header import Header

ROW_NUMBER = "row_number"
BROKEN_SCHEMA = {ROW_NUMBER: pl.Int32, "line": pl.String, "rule": pl.String}
NUMBER, DATE, FLAG = ":number", ":date", ":flag"  # endings of a field's columns that hold its cells of that type
TYPES = (NUMBER, DATE, FLAG)
EPOCH = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
_PLACES = ((pl.UInt8, 1 << 8), (pl.UInt16, 1 << 16), (pl.UInt32, 1 << 32))


@dataclass(frozen=True)
class Batch:
    """Rows of a file. `rows`: `row_number`, and for each column of the header one column or more, by the types of its cells.

    `<name>` (String or Enum) has the texts, `<name>:number` the numbers (Int64, UInt64, Float64 or Decimal), `<name>:date`
    the dates and `<name>:flag` the booleans. Each cell is in one of them at most. Text files have texts only.
    `broken`: the lines that are no rows: their number, their text, and the rule that says why.
    `header`: the header line, where a reader had one.
    `epoch`: day 0 of serial day numbers. `from_spreadsheet`: numbers have 15 digits at most, whatever was typed.
    """

    rows: pl.DataFrame
    broken: pl.DataFrame
    encoding: str = "utf-8"
    epoch: date = EPOCH
    from_spreadsheet: bool = False
    header: Header | None = None


def decode_enums(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with every text written out."""
    return rows.with_columns(pl.col(name).cast(pl.String) for name, kind in rows.schema.items() if kind == pl.Enum)


def to_text(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with each cell as one text: numbers as short as they can be (5, 0.1), dates as ISO 8601, true or false.

    The columns are `<name>` for each header name, and `row_number`. A column without typed cells stays as it is.
    """
    typed = {name: [name + kind for kind in TYPES if name + kind in rows.columns] for name in header_names(rows)}
    texts = [_texts(rows, name, columns) for name, columns in typed.items() if columns]
    return rows.with_columns(texts).select(*typed, ROW_NUMBER)


def header_names(rows: pl.DataFrame) -> list[str]:
    """The header names of a batch's rows, in the order of the file."""
    return list(dict.fromkeys(_name(column) for column in rows.columns if column != ROW_NUMBER))


def broken_rows(numbers: pl.Series, rule: str) -> pl.DataFrame:
    """Rows that are no rows, by number, without their text: it may hold what no field asked for."""
    return pl.DataFrame({ROW_NUMBER: numbers, "line": None, "rule": rule}, schema=BROKEN_SCHEMA)


def to_enum(column: pa.DictionaryArray) -> pl.Series:
    """A dictionary column as an Enum of the same texts in the same order."""
    known = pl.Series(pl.from_arrow(column.dictionary), dtype=pl.String)
    narrow = next(kind for kind, size in _PLACES if known.len() < size)
    # indices are below the size, so that nothing wraps; a cast that checks this costs twenty times as much
    places = pl.Series(pl.from_arrow(column.indices)).cast(narrow, wrap_numerical=True)
    return places.cat.to(pl.Enum(known))


def distinct_texts(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(texts, places): the different texts in the order met, and of each row the place of its text; null for none."""
    kind = text.dtype
    if not isinstance(kind, pl.Enum):
        kind = pl.Enum(text.drop_nulls().unique(maintain_order=True))
    return kind.categories, text.cast(kind).to_physical()


def _name(column: str) -> str:
    return next((column.removesuffix(kind) for kind in TYPES if column.endswith(kind)), column)


def _texts(rows: pl.DataFrame, name: str, typed: list[str]) -> pl.Series:
    """The texts of a column's cells, typed ones written out."""
    texts = [pl.lit(rows[name].cast(pl.String))] if name in rows.columns else []
    return rows.select(pl.coalesce([*texts, *(pl.lit(_written(rows[column])) for column in typed)]).alias(name))[name]


def _written(column: pl.Series) -> pl.Series:
    """Numbers, dates or booleans as text. A float is the shortest decimal that reads as the same float."""
    if column.dtype.is_float():
        whole = (column == column.floor()) & (column.abs() < 2**63)
        texts = pl.Series([None if value is None else repr(value) for value in column.to_list()], dtype=pl.String)
        return pl.select(
            pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(texts)
        ).to_series()
    return column.cast(pl.String)
