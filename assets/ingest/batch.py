"""The output of a reader: rows of a file, each cell with its type in the file, numbered as in a spreadsheet.

Belongs here: the form of a batch, and of a text column whose texts repeat. Such a column may be dictionary-encoded, as the
parser returns it: its distinct texts, and the index of each row's text. Each distinct text is then converted only once. Not
here: reading a format, or the meaning of a cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
_INDEX_TYPES = ((pl.UInt8, 1 << 8), (pl.UInt16, 1 << 16), (pl.UInt32, 1 << 32))
Dictionaries = Mapping[str, pl.Series]  # column → its distinct texts, without null


@dataclass(frozen=True)
class Batch:
    """Rows of a file. `rows`: `row_number`, and for each column of the header one or more columns, one per type of its cells.

    `<name>` contains the texts (of a dictionary-encoded column, their indices), `<name>:number` the numbers (Int64, UInt64,
    Float64 or Decimal), `<name>:date` the dates and `<name>:flag` the booleans. Each cell is in at most one of them. Text
    files only have texts.
    `dictionaries`: the distinct texts of each dictionary-encoded column.
    `broken`: the lines that are not rows, with their number, their text and the rule that they break.
    `header`: the header line, if the reader found one.
    `epoch`: day 0 of serial day numbers. `from_spreadsheet`: numbers have at most 15 exact digits, however they were typed.
    """

    rows: pl.DataFrame
    broken: pl.DataFrame
    encoding: str = "utf-8"
    epoch: date = EPOCH
    from_spreadsheet: bool = False
    header: Header | None = None
    dictionaries: Dictionaries = field(default_factory=dict)


def decode(rows: pl.DataFrame, dictionaries: Dictionaries) -> pl.DataFrame:
    """The rows with the texts of dictionary-encoded columns in place of their indices."""
    encoded = [name for name in rows.columns if name in dictionaries]
    return rows.with_columns(dictionaries[name].gather(rows[name]).alias(name) for name in encoded)


def to_text(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with each cell as one text: the shortest form of a number (5, 0.1), dates as ISO 8601, true or false.

    The columns are `<name>` for each header name, and `row_number`. A column without typed cells is unchanged.
    """
    typed = {name: [name + kind for kind in TYPES if name + kind in rows.columns] for name in header_names(rows)}
    texts = [_texts(rows, name, columns) for name, columns in typed.items() if columns]
    return rows.with_columns(texts).select(*typed, ROW_NUMBER)


def header_names(rows: pl.DataFrame) -> list[str]:
    """The header names of the rows of a batch, in the order of the file."""
    return list(dict.fromkeys(_name(column) for column in rows.columns if column != ROW_NUMBER))


def broken_rows(numbers: pl.Series, rule: str) -> pl.DataFrame:
    """Broken lines by number, without their text: it may contain personal data that no field asks for."""
    return pl.DataFrame({ROW_NUMBER: numbers, "line": None, "rule": rule}, schema=BROKEN_SCHEMA)


def encoded_column(column: pa.DictionaryArray) -> tuple[pl.Series, pl.Series]:
    """(texts, indices) of a dictionary column without equal texts."""
    texts = pl.Series(pl.from_arrow(column.dictionary), dtype=pl.String)
    narrow = next(kind for kind, size in _INDEX_TYPES if texts.len() < size)
    # every index is below the size, so no value wraps; a cast that checks this takes twenty times as long
    return texts, pl.Series(pl.from_arrow(column.indices)).cast(narrow, wrap_numerical=True)


def distinct_texts(text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(texts, indices): the distinct texts in order of first occurrence, and the index of each row's text; null without text."""
    texts = text.drop_nulls().unique(maintain_order=True)
    return texts, text.cast(pl.Enum(texts)).to_physical()


def _name(column: str) -> str:
    return next((column.removesuffix(kind) for kind in TYPES if column.endswith(kind)), column)


def _texts(rows: pl.DataFrame, name: str, typed: list[str]) -> pl.Series:
    """The cells of a column as texts, typed cells included."""
    texts = [pl.lit(rows[name].cast(pl.String))] if name in rows.columns else []
    return rows.select(pl.coalesce([*texts, *(pl.lit(_written(rows[column])) for column in typed)]).alias(name))[name]


def _written(column: pl.Series) -> pl.Series:
    """Numbers, dates or booleans as texts. A float becomes the shortest decimal that is read as the same float."""
    if column.dtype.is_float():
        whole = (column == column.floor()) & (column.abs() < 2**63)
        texts = pl.Series([None if value is None else repr(value) for value in column.to_list()], dtype=pl.String)
        return pl.select(
            pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(texts)
        ).to_series()
    return column.cast(pl.String)
