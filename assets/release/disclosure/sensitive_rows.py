"""The rows of a table whose figures are sensitive for another reason than a small count, and the units of the counts.

Belongs here: rows that an employer dominates, rows without a threshold. Not here: small counts (`primary_suppression`).
"""

import numpy as np
import polars as pl

from assets.release.disclosure.grids import Grid
from assets.release.disclosure.linear_system import Mask
from assets.release.disclosure.policy import Policy
from schemas.tables import Table


def unit_of(table: Table, name: str) -> str:
    """The unit of a count; a remainder has the unit of its whole, and an amount has none."""
    if name in table.constraints.amounts:
        return ""
    if name in table.constraints.derived:
        return "person"
    return table.field(name.split(" - ")[0]).unit


def exempt_rows(frame: pl.DataFrame, grid: Grid) -> Mask:
    """Rows of which the table publishes every figure (`Table.open_where`)."""
    found = np.zeros(grid.rows.height, dtype=bool)
    if grid.table.open_where is not None:
        found[grid.row_of[frame.select(grid.table.open_where.fill_null(value=False)).to_series().to_numpy()]] = True
    return found


def dominated_rows(frame: pl.DataFrame, grid: Grid, policy: Policy, workers: pl.Expr) -> Mask:
    """Rows in which these workers would disclose one or two employers.

    The largest employer of all is an upper bound for that of some employers.
    """
    largest, second = pl.col("largest_workers"), pl.col("second_workers")
    one = largest * 100 > workers * policy.dominance_percent
    two = (workers - largest - second) * 100 < largest * policy.p_percent
    few = pl.col("enrolled_employers") < policy.min_employers
    found = np.zeros(grid.rows.height, dtype=bool)
    is_dominated = frame.select(((workers > 0) & (one | two | few)).fill_null(value=False)).to_series().to_numpy()
    found[grid.row_of[is_dominated]] = True
    return found
