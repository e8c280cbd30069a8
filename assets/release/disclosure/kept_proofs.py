"""Proofs of a release that are kept for the next one: its alternative tables and the breakdowns that it gave up.

Belongs here: the figures that differ in each alternative table, by table, row and count, so that they are found again in the
system of the next release. Not here: the file (`proof_store`), and the check of a kept proof (`secondary_suppression`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from assets.release.disclosure.alternative_tables import Alternative
from assets.release.disclosure.breakdowns import MONTH_NUMBER
from assets.release.disclosure.grids import ABSENT, Grid
from assets.release.disclosure.linear_system import Ints, LinearSystem, Mask

SCHEMA = pl.Schema(
    {
        "kind": pl.String(),
        "table": pl.String(),
        "row": pl.String(),
        "count": pl.String(),
        "month": pl.Int64(),
        "value": pl.Int64(),
        "alternatives": pl.List(pl.Int64()),
        "changes": pl.List(pl.Float64()),
    }
)
_LATER = np.iinfo(np.int64).max  # after every month


@dataclass(frozen=True, eq=False)
class KeptProofs:
    """The proofs of a release. True figures and differences: never log them.

    `figures` has the columns of SCHEMA, and one row per kind of proof and figure: `value` is the true figure, `alternatives` are
    the numbers of the alternative tables in which it differs, and `changes` its differences.
    """

    policy_sha256: str
    given_up_breakdowns: tuple[tuple[int, str], ...]
    figures: pl.DataFrame

    def alternatives(
        self, kind: str, grids: Mapping[str, Grid], values: Ints, system: LinearSystem, suppressed: Mask
    ) -> list[Alternative]:
        """The alternative tables of this kind in the system of the next release, which must be checked there.

        `values`: the true figure of each cell; `suppressed`: the suppressed variables. If a figure of an alternative table has
        changed or is published, only the months before it remain of the table.
        """
        parts = [self._cells_of(kind, grid) for grid in grids.values()]
        entries = pl.concat(parts).explode("alternatives", "changes", empty_as_null=False)
        cell, number, month = (entries[name].to_numpy() for name in ("cell", "alternatives", "month"))
        variable = np.where(cell >= 0, system.variable[cell], -1)
        usable = (variable >= 0) & (values[cell] == entries["value"].to_numpy())
        usable &= np.append(suppressed, False)[variable]
        first_unusable = np.full(int(number.max(initial=-1)) + 1, _LATER)
        np.minimum.at(first_unusable, number[~usable], month[~usable])
        kept = month < first_unusable[number]
        pairs = np.stack([number[kept], variable[kept]], axis=1)
        pairs, first = np.unique(pairs, axis=0, return_index=True)  # a variable may have several cells
        change = entries["changes"].to_numpy()[kept][first]
        _, starts = np.unique(pairs[:, 0], return_index=True)
        return (
            list(zip(np.split(pairs[:, 1], starts[1:]), np.split(change, starts[1:]), strict=True))
            if len(pairs)
            else []
        )

    def _cells_of(self, kind: str, grid: Grid) -> pl.DataFrame:
        """The kept figures of a table with their cell; ABSENT where there is none any more."""
        kept = self.figures.filter(pl.col("kind") == kind, pl.col("table") == grid.table.name)
        rows = (
            kept.join(_named(grid.rows), on="row", how="left", maintain_order="left")["_row"]
            .fill_null(ABSENT)
            .to_numpy()
        )
        columns = {name: column for column, name in enumerate(grid.counts)}
        column = kept["count"].replace_strict(columns, default=ABSENT, return_dtype=pl.Int64).to_numpy()
        cell = np.where((rows < 0) | (column < 0), ABSENT, grid.first + rows * len(grid.counts) + column)
        return kept.select("month", "value", "alternatives", "changes", pl.Series("cell", cell))


def keep_figures(
    kind: str, grids: Mapping[str, Grid], values: Ints, system: LinearSystem, alternatives: Sequence[Alternative]
) -> pl.DataFrame:
    """The figures that differ in the alternative tables, with the columns of SCHEMA. `values`: the true figure of each cell."""
    cells = np.flatnonzero(system.variable[: len(values)] >= 0)
    number = np.repeat(np.arange(len(alternatives)), [len(variables) for variables, _ in alternatives])
    variable = np.concatenate([np.zeros(0, dtype=np.int64), *(variables for variables, _ in alternatives)])
    change = np.concatenate([np.zeros(0), *(changes for _, changes in alternatives)])
    changed = pl.DataFrame({"variable": variable, "alternatives": number, "changes": change})
    of_cells = (
        pl.DataFrame({"variable": system.variable[cells], "cell": cells, "value": values[cells]})
        .join(changed, on="variable")
        .sort("cell", "alternatives")
        .group_by("cell", "value", maintain_order=True)
        .agg("alternatives", "changes")
    )
    return pl.concat(
        [
            _name_cells(kind, grid, of_cells.filter(pl.col("cell").is_between(grid.span.start, grid.span.stop - 1)))
            for grid in grids.values()
        ]
    )


def _name_cells(kind: str, grid: Grid, cells: pl.DataFrame) -> pl.DataFrame:
    position = cells["cell"].to_numpy() - grid.first
    row, column = np.divmod(position, max(len(grid.counts), 1))
    named = _named(grid.rows[np.unique(row)])
    return (
        cells.with_columns(
            pl.lit(kind).alias("kind"),
            pl.lit(grid.table.name).alias("table"),
            pl.Series("_row", row),
            pl.Series("count", np.array(grid.counts, dtype=object)[column].tolist(), dtype=pl.String()),
        )
        .join(named, on="_row", maintain_order="left")
        .select(SCHEMA.names())
        .cast(SCHEMA)
    )


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """The number, the name and the month number of each row of a grid."""
    key = [pl.col(name).cast(pl.String()).fill_null("") for name in rows.columns if name != "_row"]
    return rows.select(
        "_row", pl.concat_str(key, separator="|").alias("row"), MONTH_NUMBER.cast(pl.Int64()).alias("month")
    )
