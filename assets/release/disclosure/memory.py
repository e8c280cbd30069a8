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

from assets.release.disclosure.relations import Grid
from assets.release.disclosure.system import Mask

_MONTH = "month"


@dataclass(eq=False)
class Memory:
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


def remembered(
    grids: Mapping[str, Grid], frames: Mapping[str, pl.DataFrame], size: int, earlier: Path | None
) -> Memory:
    """Of `size` cells; `earlier` is the folder of the release before, None: there is none."""
    memory = Memory(*(np.zeros(size, dtype=bool) for _ in range(3)))
    both = {name: _both(ours, frames[name], earlier) for name, ours in grids.items()} if earlier else {}
    changed = [_changed(rows, _told(grids[name])) for name, rows in both.items() if rows is not None]
    months = pl.concat(changed).unique() if changed else pl.Series(dtype=pl.Date)
    for name, rows in both.items():
        if rows is not None:
            _mark(memory, grids[name], rows.filter(pl.col("now")), months)
    return memory


def _told(ours: Grid) -> list[str]:
    return [name for name in ours.counts if name in ours.table.released().names]


def _both(ours: Grid, frame: pl.DataFrame, earlier: Path) -> pl.DataFrame | None:
    """The rows of now in their order, and those that are gone, with each count as it is and as it was."""
    path = earlier / "parquet" / f"{ours.table.name}.parquet"
    if not path.exists():
        return None
    key, counts = list(ours.table.key), _told(ours)
    then = (
        ours.table.released()
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


def _mark(memory: Memory, ours: Grid, rows: pl.DataFrame, months: pl.Series) -> None:
    cells = slice(ours.first, ours.first + ours.values.size)
    withheld, told, restated = (
        mask[cells].reshape(ours.values.shape) for mask in (memory.withheld, memory.told, memory.restated)
    )
    restated[ours.row_of[rows[_MONTH].is_in(months.implode()).to_numpy()]] = True
    for name in _told(ours):
        then, place = pl.col(f"{name} before"), ours.counts.index(name)
        gone = rows.select(pl.col("was") & then.is_null() & pl.col(name).is_not_null()).to_series()
        same = rows.select((pl.col(name) == then).fill_null(value=False)).to_series()
        withheld[ours.row_of[gone.to_numpy()], place] = True
        told[ours.row_of[same.to_numpy()], place] = True
