"""Convert a Parquet file to batches of typed columns. Columns of unsupported types are rejected by name.

Belongs here: the Arrow types, each as a text, number, day or boolean. Not here: the meaning of a value (`standardise`).
Numbers are never rounded and days never shifted. A time with a zone is the day in this zone if all times of the column are
midnights there, else the day in Jakarta.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.errors import FileRejected
from assets.ingest.batch import DATE, FLAG, NUMBER, ROW_NUMBER, Batch
from assets.ingest.header import Header, match_header
from assets.ingest.readers.total_lines import separate_totals
from schemas.refusals import COLUMN_BYTES, COLUMN_DIGITS, COLUMN_TYPE, COLUMN_ZONE, DAMAGED_PARQUET
from schemas.tables import Table

ROWS = 120_000
LOCAL_ZONE = "Asia/Jakarta"
_DIGITS = 38  # of polars' decimals; decimal256 has twice as many


def read_parquet(path: Path, table: Table) -> Iterator[Batch]:
    """Batches of a Parquet file. Raises FileRejected if it is damaged or if a column has an unsupported type."""
    try:
        with path.open("rb") as stream, pq.ParquetFile(stream) as file:
            header = match_header(file.schema_arrow.names, table)
            wanted = {name: file.schema_arrow.names[at] for at, name in header.fields.items()}
            zones = {name: _zone(file, named) for name, named in wanted.items()}
            number = 2
            for cells in file.iter_batches(ROWS, columns=list(wanted.values())):
                read = [(name, _column(cells.column(named), named, zones[name])) for name, named in wanted.items()]
                named_columns = [column.alias(name + ending) for name, (column, ending) in read]
                yield _batch(pl.DataFrame(named_columns), header, table, number)
                number += cells.num_rows
    except (pa.ArrowException, OSError):
        raise FileRejected(DAMAGED_PARQUET) from None


def _batch(cells: pl.DataFrame, header: Header, table: Table, number: int) -> Batch:
    rows = cells.with_columns(pl.int_range(number, number + cells.height, dtype=pl.Int32, eager=True).alias(ROW_NUMBER))
    filled = rows.filter(pl.any_horizontal(pl.all().exclude(ROW_NUMBER).is_not_null()))
    return Batch(*separate_totals(filled, header, table, {}), header=header)


def _zone(file: pq.ParquetFile, name: str) -> str | None:
    """The zone in which a column of times with a zone is read; None for other columns."""
    kind = file.schema_arrow.field(name).type
    if not pa.types.is_timestamp(kind) or not kind.tz:
        return None
    for cells in file.iter_batches(ROWS, columns=[name]):
        local = _local(cells.column(name), name, kind.tz)
        if (local != local.dt.truncate("1d")).any():
            return LOCAL_ZONE
    return str(kind.tz)


def _local(cells: pa.Array, name: str, zone: str) -> pl.Series:
    """Times as local times of a zone. Raises FileRejected for an unknown zone."""
    universal = pl.Series(pl.from_arrow(cells.view(pa.timestamp(cells.type.unit))))
    if offset := re.fullmatch(r"([+-])(\d\d):?(\d\d)", zone):
        minutes = int(offset[2]) * 60 + int(offset[3])
        return universal + timedelta(minutes=-minutes if offset[1] == "-" else minutes)
    try:
        return universal.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    except pl.exceptions.ComputeError:
        raise FileRejected(COLUMN_ZONE, column=name) from None


def _column(cells: pa.Array, name: str, zone: str | None) -> tuple[pl.Series, str]:
    """(values, ending of the column's name): the cells as text, number, day or boolean. Raises FileRejected for other types."""
    kind = cells.type
    if isinstance(kind, pa.BaseExtensionType):
        return _column(cells.storage, name, zone)
    if pa.types.is_dictionary(kind):
        return _column(cells.dictionary.take(cells.indices), name, zone)
    if pa.types.is_run_end_encoded(kind):
        return _column(pc.run_end_decode(cells), name, zone)
    if pa.types.is_null(kind):
        return pl.Series([None] * len(cells), dtype=pl.String), ""
    if pa.types.is_boolean(kind):
        return pl.Series(pl.from_arrow(cells)), FLAG
    if _is_text(kind):
        return _text(cells, name), ""
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _days(cells, name, zone), DATE
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _numbers(cells, name), NUMBER
    raise FileRejected(COLUMN_TYPE, column=name, type=_short(kind))


def _is_text(kind: pa.DataType) -> bool:
    """Whether the type is text, or bytes that may be text."""
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    return bool(text or pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or _is_view(kind))


def _is_view(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary_view(kind) or pa.types.is_fixed_size_binary(kind))


def _text(cells: pa.Array, name: str) -> pl.Series:
    if pa.types.is_fixed_size_binary(cells.type):
        cells = cells.cast(pa.binary())
    try:
        cells = cells.cast(pa.large_string())
        cells.validate(full=True)
    except pa.ArrowInvalid:
        raise FileRejected(COLUMN_BYTES, column=name) from None
    texts = pl.Series(pl.from_arrow(cells))
    return pl.select(pl.when(texts != "").then(texts)).to_series()


def _days(cells: pa.Array, name: str, zone: str | None) -> pl.Series:
    if pa.types.is_timestamp(cells.type):
        moments = _local(cells, name, zone) if zone else pl.Series(pl.from_arrow(cells))
        return moments.dt.date()
    return pl.Series(pl.from_arrow(cells)).cast(pl.Date)


def _numbers(cells: pa.Array, name: str) -> pl.Series:
    kind = cells.type
    if pa.types.is_unsigned_integer(kind):
        return pl.Series(pl.from_arrow(cells.cast(pa.uint64())))
    if pa.types.is_integer(kind):
        return pl.Series(pl.from_arrow(cells.cast(pa.int64())))
    if pa.types.is_decimal(kind):
        return _decimals(cells, name)
    # a float of 16 or 32 bits was written as its shortest decimal: 0.1, not 0.100000001490116
    if kind.bit_width < 64:
        texts = cells.to_numpy(zero_copy_only=False).astype("U32")
        return _finite(pl.Series(texts.tolist(), dtype=pl.String).cast(pl.Float64), cells)
    return _finite(pl.Series(pl.from_arrow(cells)), cells)


def _finite(values: pl.Series, cells: pa.Array) -> pl.Series:
    """Floats with NaN and infinities as null."""
    known = pl.Series(pl.from_arrow(cells.is_valid())) & values.is_finite()
    return pl.select(pl.when(known).then(values)).to_series()


def _decimals(cells: pa.Array, name: str) -> pl.Series:
    scale = cells.type.scale
    try:
        fits = cells.cast(pa.decimal128(_DIGITS, max(scale, 0)))
    except pa.ArrowInvalid:
        raise FileRejected(COLUMN_DIGITS, column=name, digits=_DIGITS) from None
    return pl.Series(pl.from_arrow(fits))


def _short(kind: pa.DataType) -> str:
    """The name of a type without its parameters."""
    return str(kind).partition("<")[0]
