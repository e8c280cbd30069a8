"""What readers remember of the release before, and what follows for this one.

Belongs here: the comparison with the tables as they were told. Not: what is withheld for other reasons (`work`).

What was withheld stays withheld. What was told, and is the same, is known: withholding it now would hide nothing. Unless its
month is restated: then any figure of it may have changed, and of one that is not told any more nobody can say whether it
did. It is withheld where nothing else protects, for it costs more than one that was never told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from assets.release.disclosure.linear_relations import Grid
from assets.release.disclosure.linear_system import Mask

_MONTH = "month"


@dataclass(eq=False)
class PreviousRelease:
    """Masks of the cells of all grids: withheld in the release before; told, and still the same; of months restated since."""

    withheld: Mask
    told: Mask
    restated: Mask

    @property
    def known(self) -> Mask:
        """Told before, and for certain the same."""
        return self.told & ~self.restated

    @property
    def dear(self) -> Mask:
        """Told before, and perhaps something else now."""
        return self.told & self.restated


def compare_with_previous(
    grids: Mapping[str, Grid], frames: Mapping[str, pl.DataFrame], size: int, earlier: Path | None
) -> PreviousRelease:
    """Of `size` cells; `earlier` is the folder of the release before, None: there is none."""
    previous = PreviousRelease(*(np.zeros(size, dtype=bool) for _ in range(3)))
    both = {name: _both(grid, frames[name], earlier) for name, grid in grids.items()} if earlier else {}
    changed = [_changed(rows, _told(grids[name])) for name, rows in both.items() if rows is not None]
    months = pl.concat(changed).unique() if changed else pl.Series(dtype=pl.Date)
    for name, rows in both.items():
        if rows is not None:
            _mark(previous, grids[name], rows.filter(pl.col("now")), months)
    return previous


def _told(grid: Grid) -> list[str]:
    return [name for name in grid.counts if name in grid.table.released().names]


def _both(grid: Grid, frame: pl.DataFrame, earlier: Path) -> pl.DataFrame | None:
    """The rows of now in their order, and those that are gone, with each count as it is and as it was."""
    path = earlier / "parquet" / f"{grid.table.name}.parquet"
    if not path.exists():
        return None
    key, counts = list(grid.table.key), _told(grid)
    then = (
        grid.table.released()
        .aligned(pl.read_parquet(path))
        .select(*key, *(pl.col(name).alias(f"{name} before") for name in counts))
    )
    now = frame.select(*key, *counts).with_columns(now=True)
    rows = now.join(then.with_columns(was=True), on=key, how="full", coalesce=True, maintain_order="left_right")
    return rows.with_columns(pl.col("now", "was").fill_null(value=False))


def _changed(rows: pl.DataFrame, counts: list[str]) -> pl.Series:
    """The months of the release before of which something is different now."""
    differs = [(pl.col(name) != pl.col(f"{name} before")).fill_null(value=False) for name in counts]
    other = pl.any_horizontal(pl.col("now") != pl.col("was"), *differs)
    return rows.filter(other & pl.col("was").any().over(_MONTH))[_MONTH].unique()


def _mark(previous: PreviousRelease, grid: Grid, rows: pl.DataFrame, months: pl.Series) -> None:
    cells = slice(grid.first, grid.first + grid.values.size)
    withheld, told, restated = (
        mask[cells].reshape(grid.values.shape) for mask in (previous.withheld, previous.told, previous.restated)
    )
    restated[grid.row_of[rows[_MONTH].is_in(months.implode()).to_numpy()]] = True
    for name in _told(grid):
        then, place = pl.col(f"{name} before"), grid.counts.index(name)
        gone = rows.select(pl.col("was") & then.is_null() & pl.col(name).is_not_null()).to_series()
        same = rows.select((pl.col(name) == then).fill_null(value=False)).to_series()
        withheld[grid.row_of[gone.to_numpy()], place] = True
        told[grid.row_of[same.to_numpy()], place] = True
