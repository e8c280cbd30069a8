"""The cost of suppressing a figure, relative to a detail: figures that most readers need are suppressed last.

Belongs here: the factors by row and count. Not here: the value of a figure, amounts, previous releases
(`suppression_problem`).
"""

import numpy as np
import polars as pl

from assets.release.disclosure.grids import Grid
from assets.release.disclosure.linear_system import Floats

_NATION_FACTOR, _PROVINCE_FACTOR = 1000.0, 5.0
_HEADLINE_FACTOR = 100.0  # totals of provinces over all segments


def cost_factors(grid: Grid) -> Floats:
    """The factor of each cell of the table, in the order of the cells."""
    return np.outer(_row_factors(grid), _count_factors(grid)).ravel()


def _count_factors(grid: Grid) -> Floats:
    """The factor on the cost of each count: the number of figures that are suppressed with it, itself among them."""
    followers = [set(field.uses) for field in grid.table.released().fields]
    amounts = list(grid.table.constraints.amounts.values())
    return np.array([1.0 + sum(name in uses for uses in followers) + amounts.count(name) for name in grid.counts])


def _row_factors(grid: Grid) -> Floats:
    """The factor on the cost of each row: figures of large regions, which most readers need, cost more."""
    region_columns = [name for name in ("region_code", "province_code") if name in grid.rows.columns]
    if not region_columns:
        return np.ones(grid.rows.height)
    is_total = is_headline = pl.lit(value=False)
    if grid.table.name == "coverage":
        is_total = (pl.col("geography_level") != "regency") & (pl.col("sex") == "all") & (pl.col("age_band") == "all")
        is_headline = is_total & (pl.col("segment") == "all")
    factors = (
        pl.when(pl.col(region_columns[0]) == "ID")
        .then(_NATION_FACTOR)
        .when(is_headline)
        .then(_HEADLINE_FACTOR)
        .when(is_total)
        .then(_PROVINCE_FACTOR)
        .otherwise(1.0)
    )
    return grid.rows.select(factors).to_series().to_numpy()
