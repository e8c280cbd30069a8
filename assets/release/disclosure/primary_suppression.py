"""Primary suppression, and the removal of suppressed figures together with all figures computed from them.

Belongs here: which figures are sensitive, and `conf_status`, the reason beside each row. The table declares its counts, and
which figures are computed from which. A suppressed figure is null, never zero. Ratios, gaps and bounds are computed from
published counts, or null: if a count is published exactly, a figure computed from it and from public figures discloses
nothing more, whatever its decimals. Not here: secondary suppression (`pattern`).
"""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assets.release.disclosure.policy import Policy
from schemas.tables import Field, Table

FREE, SMALL, DOMINATED, SECONDARY = "F", "A", "G", "D"
Mask = NDArray[np.bool_]


def protect(frame: pl.DataFrame, table: Table, policy: Policy) -> pl.DataFrame:
    """Primary suppression of one table. Figures may still be derived from sums: secondary suppression must follow."""
    small = primary_suppressed(frame, table, policy)
    return apply_suppression(frame, table, small, small, {}, policy)


def primary_suppressed(frame: pl.DataFrame, table: Table, policy: Policy) -> dict[str, Mask]:
    """For each count and amount, the rows in which it is small or depends on a small count of its row."""
    fields = [field for field in table.fields if field.sensitive or field.name in table.constraints.amounts]
    masks = frame.select(_is_primary(field, table, policy).alias(field.name) for field in fields)
    derived = {name: np.zeros(frame.height, dtype=bool) for name in table.constraints.derived}
    return derived | {name: masks[name].to_numpy() for name in masks.columns}


def apply_suppression(
    frame: pl.DataFrame,
    table: Table,
    suppressed: Mapping[str, Mask],
    small: Mapping[str, Mask],
    dominated: Mapping[str, Mask],
    policy: Policy,
) -> pl.DataFrame:
    """The released columns of the frame. Suppressed counts and dependent figures are null; `conf_status` has the reason."""
    kinds = (("suppressed", suppressed), ("small", small), ("dominated", dominated))
    masks = frame.with_columns(
        pl.Series(_mask_column(kind, name), mask) for kind, found in kinds for name, mask in found.items()
    )
    is_suppressed = {field.name: _is_suppressed(field, table, suppressed, policy) for field in table.fields}
    newly_empty = {name: mask & pl.col(name).is_not_null() for name, mask in is_suppressed.items()}
    shown = [field for field in table.released().fields if field.name != "conf_status"]
    is_affected = pl.any_horizontal(newly_empty[field.name] for field in shown)
    is_small = [pl.col(_mask_column("small", name)) for name in small]
    is_small += [_small(name, table, policy) for name in _internal_counts(table)]
    is_dominated = [pl.col(_mask_column("dominated", name)) for name in dominated]
    status = (
        pl.when(~is_affected)
        .then(pl.lit(FREE))
        .when(pl.any_horizontal(*is_small, pl.lit(value=False)))
        .then(pl.lit(SMALL))
        .when(pl.any_horizontal(*is_dominated, pl.lit(value=False)))
        .then(pl.lit(DOMINATED))
        .otherwise(pl.lit(SECONDARY))
    )
    columns = [pl.when(~is_suppressed[field.name]).then(pl.col(field.name)).alias(field.name) for field in shown]
    return masks.select(*columns, status.alias("conf_status")).select(table.released().names)


def _mask_column(kind: str, name: str) -> str:
    return f"{kind} {name}"


def _internal_counts(table: Table) -> list[str]:
    """Internal counts from which a figure is computed."""
    named = {name for field in table.fields for name in field.uses}
    return sorted(field.name for field in table.fields if field.internal and field.name in named)


def _is_suppressed(field: Field, table: Table, suppressed: Mapping[str, Mask], policy: Policy) -> pl.Expr:
    """Whether the figure is suppressed or computed from a suppressed one. Counts and amounts have their own mask."""
    names = [field.name] if field.name in suppressed else list(field.uses)
    known = [pl.col(_mask_column("suppressed", name)) for name in names if name in suppressed]
    return pl.any_horizontal(
        *known, *(_small(name, table, policy) for name in names if name not in suppressed), pl.lit(value=False)
    )


def count_exposed(frame: pl.DataFrame, table: Table, policy: Policy) -> int:
    """The number of published small counts: zero in a protected release."""
    counts = [field.name for field in table.fields if field.sensitive]
    return int(frame.select(pl.sum_horizontal(_small(count, table, policy).sum() for count in counts)).item())


def _is_primary(field: Field, table: Table, policy: Policy) -> pl.Expr:
    """Whether the count is small, or a count that it depends on."""
    counts = [*([field.name] if field.sensitive else []), *field.uses]
    small = (_small(count, table, policy) for count in counts if count not in table.constraints.derived)
    return pl.any_horizontal(*small, pl.lit(value=False))


def _small(count: str, table: Table, policy: Policy) -> pl.Expr:
    threshold = policy.threshold(table.field(count).unit)
    small = pl.col(count).is_between(1, threshold - 1).fill_null(value=False)
    return small if table.open_where is None else small & ~table.open_where
