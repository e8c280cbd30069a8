"""Files of a few columns, for tests of the style of columns.

Belongs here: from cells to typed columns, as a run reads them. Not here: expectations.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from assets.ingest.batch import EPOCH, ROW_NUMBER
from assets.ingest.header import Header, match_header
from assets.ingest.standardise import Standardiser
from schemas.tables import Table

Cells = Sequence[str | None]


def standardised(
    table: Table, columns: dict[str, Any], month: str = "2024-12", *, batch: int = 1 << 20, **more: Any
) -> tuple[pl.DataFrame, Standardiser]:
    """The typed rows of a file with these columns; `batch`: rows per batch. Raises FileRejected."""
    rows = pl.DataFrame({name: _series(cells) for name, cells in columns.items()})
    rows = rows.with_columns(pl.int_range(2, rows.height + 2, dtype=pl.Int32).alias(ROW_NUMBER))
    standardiser = Standardiser(table, date.fromisoformat(f"{month}-01"))
    while True:
        epoch = more.pop("epoch", EPOCH)
        frame = pl.concat([standardiser.standardise_rows(part, epoch, **more) for part in rows.iter_slices(batch)])
        if standardiser.is_settled():
            return frame, standardiser


def read(table: Table, field: str, cells: Any, month: str = "2024-12", **beside: Any) -> list[Any]:
    """The values of the cells of a field, in a file that also has the columns `beside`."""
    return standardised(table, {field: cells, **beside}, month)[0][field].to_list()


def headed(table: Table, *cells: str, titles: Sequence[str] = ()) -> Header:
    """The matched header line."""
    return match_header(list(cells), table, titles)


def _series(cells: Any) -> pl.Series:
    return cells if isinstance(cells, pl.Series) else pl.Series(list(cells), dtype=pl.String)
