"""The cells of each table: one for each figure of each row of its key.

Belongs here: the numbers of cells, their figures and names. Not here: the equations between cells (`linear_relations`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assets.errors import ReleaseRefused
from assets.release.disclosure.publication_rules import Figures
from schemas.constraints import PartsOf, remainder
from schemas.tables import Table

Ids = NDArray[np.int64]
ABSENT = -1  # no figure: it could not be counted, or does not apply
_ROW = "_row"


@dataclass(eq=False)
class Grid:
    """The cells of a table: `rows` × `counts`. A row is one combination of the key columns that do not repeat counts.

    The cell of row r and count q is `first + r * len(counts) + q`. `row_of` maps each row of the frame to its row here.
    """

    table: Table
    rows: pl.DataFrame
    row_of: Ids
    counts: list[str]
    first: int
    values: NDArray[np.int64]

    @property
    def span(self) -> slice:
        """The cell ids of the table."""
        return slice(self.first, self.first + self.values.size)

    def cells(self, rows: Ids, count: str) -> Ids:
        """The cell ids; ABSENT where the row or the figure is absent."""
        column = self.counts.index(count)
        values = self.values[np.maximum(rows, 0), column] if len(self.values) else np.zeros(len(rows), dtype=np.int64)
        ids = self.first + rows * len(self.counts) + column
        return np.where((rows < 0) | (values == ABSENT), ABSENT, ids)

    def cell_name(self, row: int, count: str) -> str:
        """The name of a figure: count, table, month and the key of its row; never its value."""
        keys = self.rows.drop(_ROW).row(row, named=True)
        return f"{count} of {row_name(self.table.name, keys)}"

    def selected(self, figures: Figures) -> NDArray[np.bool_]:
        """The cells of the rule, as a mask over all cells of the table."""
        rows = self.rows.select(figures.rows).to_series().to_numpy()
        counts = [not figures.counts or name in figures.counts for name in self.counts]
        return np.outer(rows, counts).ravel()

    def values_of(self, rows: Ids, count: str) -> Ids:
        """The figures; 0 where the row is absent."""
        if not len(self.values):
            return np.zeros(len(rows), dtype=np.int64)
        return np.where(rows < 0, 0, self.values[np.maximum(rows, 0), self.counts.index(count)])

    def is_unknown(self, rows: Ids, count: str) -> NDArray[np.bool_]:
        """A mask of the rows that exist without a figure: a sum with it is unknown."""
        column = self.counts.index(count)
        return (rows >= 0) & (self.values[np.maximum(rows, 0), column] == ABSENT) if len(self.values) else rows >= 0


def row_name(table: str, keys: Mapping[str, object]) -> str:
    """The name of a row: table, month and the codes of its key, which disclose nothing about a person."""
    month = keys.get("month")
    codes = ", ".join(f"{name} {value}" for name, value in keys.items() if name != "month")
    return f"{table}{f' {month:%Y-%m}' if isinstance(month, date) else ''} ({codes})"


def counts_of(table: Table) -> list[str]:
    """The figures of a table: sensitive counts, derived counts, and amounts that are suppressed with a count."""
    sensitive = [item.name for item in table.fields if item.sensitive]
    return [*sensitive, *table.constraints.derived, *table.constraints.amounts]


def build_grid(table: Table, frame: pl.DataFrame, first: int) -> Grid:
    """The cells of a table. Raises ReleaseRefused if a repeated count has two values."""
    key = [name for name in table.key if name not in table.constraints.repeated_over]
    frame = frame.with_columns(**table.constraints.derived)
    counts = counts_of(table)
    numbered = frame.select(*key, pl.struct(key).rank("dense").cast(pl.Int64).alias(_ROW) - 1)
    # Of the rows that repeat a count, some may lack it.
    values = frame.select(pl.col(counts).cast(pl.Int64), numbered[_ROW])
    largest = values.group_by(_ROW).agg(pl.col(counts).max(), pl.col(counts).min().name.prefix("least ")).sort(_ROW)
    largest = largest.fill_null(ABSENT)
    for name in counts:
        conflicting = largest.filter(pl.col(name) != pl.col(f"least {name}"))[_ROW]
        if len(conflicting):
            keys = numbered.row(by_predicate=pl.col(_ROW) == conflicting[0], named=True)
            keys.pop(_ROW)
            raise ReleaseRefused(
                f"{name} of {row_name(table.name, keys)} has two values, and so have {len(conflicting) - 1} more: "
                "run the month again, and report it if the message remains"
            )
    rows = numbered.unique(_ROW).sort(_ROW)
    return Grid(
        table,
        rows,
        numbered[_ROW].to_numpy(),
        _with_remainders(table, counts),
        first,
        _table_values(table, rows, largest, counts),
    )


def _with_remainders(table: Table, counts: list[str]) -> list[str]:
    kinds = (
        relation for relation in table.constraints.relations if isinstance(relation, PartsOf) and relation.has_remainder
    )
    return [*counts, *(remainder(relation.whole, *relation.parts) for relation in kinds)]


def _table_values(table: Table, rows: pl.DataFrame, largest: pl.DataFrame, counts: list[str]) -> NDArray[np.int64]:
    shown = largest.select(counts).to_numpy().astype(np.int64).reshape(largest.height, len(counts))
    columns = [shown[:, column] for column in range(len(counts))]
    for relation in table.constraints.relations:
        if isinstance(relation, PartsOf) and relation.has_remainder:
            whole, parts = (
                shown[:, [counts.index(name) for name in names]] for names in ((relation.whole,), relation.parts)
            )
            known = (whole != ABSENT).all(axis=1) & (parts != ABSENT).all(axis=1)
            difference = whole[:, 0] - parts.sum(axis=1)
            if (difference[known] < 0).any():
                raise part_exceeds_whole(
                    Grid(table, rows, rows[_ROW].to_numpy(), [], 0, shown),
                    np.flatnonzero(known & (difference < 0)),
                    " and ".join(relation.parts),
                    relation.whole,
                )
            columns.append(np.where(known, difference, ABSENT))
    return np.stack(columns, axis=1) if columns else np.zeros((largest.height, 0), dtype=np.int64)


def part_exceeds_whole(grid: Grid, rows: Ids, count: str, whole: str) -> ReleaseRefused:
    """The refusal of rows in which a part is more than its whole; it names the first one."""
    others = f", and {len(rows) - 1} more are" if len(rows) > 1 else ""
    return ReleaseRefused(
        f"{grid.cell_name(int(rows[0]), count)} is more than {whole}, which it is a part of{others}: run the month again, and "
        "report it if the message remains"
    )
