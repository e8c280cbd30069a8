"""The figures of the previous release, which readers have kept.

Belongs here: the comparison of the true tables with the previous release. Not here: other reasons for suppression
(`suppression_problem`).

A suppressed figure remains suppressed. A published figure that has not changed is known to readers: suppressing it now
protects nothing. An exception is a restated month: any of its figures may have changed, and a reader cannot see whether a
figure that is now suppressed did. Such a figure may be suppressed, at a higher cost than one that was never published.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from assets.release.disclosure.grids import Grid
from assets.release.disclosure.linear_system import Mask
from schemas.tables import Field, Table

_MONTH = "month"


@dataclass(eq=False)
class PreviousRelease:
    """Masks over the cells of all grids: suppressed before; published before with the same value; month restated since."""

    suppressed: Mask
    published: Mask
    restated: Mask

    @property
    def known(self) -> Mask:
        """Published before, in a month without changes: readers know the figure."""
        return self.published & ~self.restated

    @property
    def costly(self) -> Mask:
        """Published before, in a restated month: suppressed only at a higher cost."""
        return self.published & self.restated


def compare_with_previous(
    grids: Mapping[str, Grid], frames: Mapping[str, pl.DataFrame], size: int, previous_folder: Path | None
) -> PreviousRelease:
    """Compare `size` cells with the release in `previous_folder`; None: there is no previous release."""
    previous = PreviousRelease(*(np.zeros(size, dtype=bool) for _ in range(3)))
    if previous_folder is None:
        return previous
    rows_of = {name: _compare(grid, frames[name], previous_folder) for name, grid in grids.items()}
    compared = {name: rows for name, rows in rows_of.items() if rows is not None}
    changed = [_restated_months(rows, _published_counts(grids[name])) for name, rows in compared.items()]
    months = pl.concat(changed).unique() if changed else pl.Series(dtype=pl.Date)
    for name, rows in compared.items():
        _mark(previous, grids[name], rows.filter(pl.col("now")), months)
    return previous


def _published_counts(grid: Grid) -> list[str]:
    """The counts with a column in the release: of a derived count, that of the figure which is computed from it."""
    return [name for name in grid.counts if _column_of(grid.table, name)]


def _column_of(table: Table, count: str) -> str:
    """The column that shows the count; empty if none does."""
    fields = table.released().fields
    return next((item.name for item in fields if count == item.name or _is_derived_for(table, count, item)), "")


def _is_derived_for(table: Table, count: str, item: Field) -> bool:
    return count in table.constraints.derived and count in item.uses


def _compare(grid: Grid, frame: pl.DataFrame, previous_folder: Path) -> pl.DataFrame | None:
    """All rows of both releases with each count now and before; current rows first, in their order."""
    path = previous_folder / "parquet" / f"{grid.table.name}.parquet"
    if not path.exists():
        return None
    key, counts = list(grid.table.key), _published_counts(grid)
    before = (
        grid.table.released()
        .aligned(pl.read_parquet(path))
        .select(*key, *(pl.col(_column_of(grid.table, name)).alias(f"{name} before") for name in counts))
    )
    shown = {name: pl.col(_column_of(grid.table, name)) for name in counts}
    now = frame.select(*key, **shown).with_columns(now=True)
    rows = now.join(before.with_columns(was=True), on=key, how="full", coalesce=True, maintain_order="left_right")
    return rows.with_columns(pl.col("now", "was").fill_null(value=False))


def _restated_months(rows: pl.DataFrame, counts: list[str]) -> pl.Series:
    """The months of the previous release in which a row or a figure has changed."""
    differs = [(pl.col(name) != pl.col(f"{name} before")).fill_null(value=False) for name in counts]
    other = pl.any_horizontal(pl.col("now") != pl.col("was"), *differs)
    return rows.filter(other & pl.col("was").any().over(_MONTH))[_MONTH].unique()


def _mark(previous: PreviousRelease, grid: Grid, rows: pl.DataFrame, months: pl.Series) -> None:
    suppressed, published, restated = (
        mask[grid.span].reshape(grid.values.shape)
        for mask in (previous.suppressed, previous.published, previous.restated)
    )
    restated[grid.row_of[rows[_MONTH].is_in(months.implode()).to_numpy()]] = True
    for name in _published_counts(grid):
        before, column = pl.col(f"{name} before"), grid.counts.index(name)
        was_suppressed = rows.select(pl.col("was") & before.is_null() & pl.col(name).is_not_null()).to_series()
        same = rows.select((pl.col(name) == before).fill_null(value=False)).to_series()
        suppressed[grid.row_of[was_suppressed.to_numpy()], column] = True
        published[grid.row_of[same.to_numpy()], column] = True
