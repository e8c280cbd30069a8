"""Figures that may not be told are apply_suppression, with every figure computed from them, and the reason is put beside them.

Belongs here: what is withheld for itself, and what goes with what is withheld. Which columns are counts, and what is computed
from which, is declared with the table. A withheld figure is null, never zero. Ratios, gaps and bounds are those of the
published counts, or null: where a count is published exactly, what is computed from it and from figures that everybody knows
tells nothing more, whatever its decimals. Not: what is withheld so that no small count can be computed (`plan`).
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
    """One table by its thresholds alone: no sum of the table is looked at, so this is the first step of protecting it."""
    small = primary_suppressed(frame, table, policy)
    return apply_suppression(frame, table, small, small, {}, policy)


def primary_suppressed(frame: pl.DataFrame, table: Table, policy: Policy) -> dict[str, Mask]:
    """Of each count and amount, where it is small or goes with a small one of its row."""
    fields = [field for field in table.fields if field.sensitive or field.name in table.constraints.amounts]
    masks = frame.select(_withheld(field, table, policy).alias(field.name) for field in fields)
    told = {name: np.zeros(frame.height, dtype=bool) for name in table.constraints.derived}
    return told | {name: masks[name].to_numpy() for name in masks.columns}


def apply_suppression(
    frame: pl.DataFrame,
    table: Table,
    suppressed: Mapping[str, Mask],
    small: Mapping[str, Mask],
    dominated: Mapping[str, Mask],
    policy: Policy,
) -> pl.DataFrame:
    """The released columns of the frame, hidden counts and their dependants null, and `conf_status` saying why."""
    masks = frame.with_columns(
        pl.Series(_named(kind, name), where) for kind, found in (("hidden", suppressed), ("small", small), ("dominated", dominated))
        for name, where in found.items()
    )  # fmt: skip
    gone = {field.name: _gone(field, table, suppressed, policy) for field in table.fields}
    lost = {name: where & pl.col(name).is_not_null() for name, where in gone.items()}
    shown = [field for field in table.released().fields if field.name != "conf_status"]
    touched = _any(lost, shown)
    is_small = [pl.col(_named("small", name)) for name in small] + [
        _small(name, table, policy) for name in _internal(table)
    ]
    is_dominated = [pl.col(_named("dominated", name)) for name in dominated]
    status = (
        pl.when(~touched)
        .then(pl.lit(FREE))
        .when(pl.any_horizontal(*is_small, pl.lit(value=False)))
        .then(pl.lit(SMALL))
        .when(pl.any_horizontal(*is_dominated, pl.lit(value=False)))
        .then(pl.lit(DOMINATED))
        .otherwise(pl.lit(SECONDARY))
    )
    columns = [pl.when(~gone[field.name]).then(pl.col(field.name)).alias(field.name) for field in shown]
    return masks.select(*columns, status.alias("conf_status")).select(table.released().names)


def _any(lost: Mapping[str, pl.Expr], shown: list[Field]) -> pl.Expr:
    return pl.any_horizontal(lost[field.name] for field in shown)


def _named(kind: str, name: str) -> str:
    return f"{kind} {name}"


def _internal(table: Table) -> list[str]:
    """Counts nobody sees from which a figure is computed."""
    named = {name for field in table.fields for name in field.uses}
    return sorted(field.name for field in table.fields if field.internal and field.name in named)


def _gone(field: Field, table: Table, suppressed: Mapping[str, Mask], policy: Policy) -> pl.Expr:
    """Whether the figure is hidden, or computed from one that is; a count or amount is hidden for itself alone."""
    names = [field.name] if field.name in suppressed else list(field.uses)
    known = [pl.col(_named("hidden", name)) for name in names if name in suppressed]
    return pl.any_horizontal(
        *known, *(_small(name, table, policy) for name in names if name not in suppressed), pl.lit(value=False)
    )


def count_exposed(frame: pl.DataFrame, table: Table, policy: Policy) -> int:
    """How many published counts are small: zero in a release that was protected."""
    counts = [field.name for field in table.fields if field.sensitive]
    return int(frame.select(pl.sum_horizontal(_small(count, table, policy).sum() for count in counts)).item())


def _withheld(field: Field, table: Table, policy: Policy) -> pl.Expr:
    """Whether the count itself is small, or one it goes with."""
    counts = [
        name
        for name in (*([field.name] if field.sensitive else []), *field.uses)
        if name not in table.constraints.derived
    ]
    return pl.any_horizontal(*(_small(count, table, policy) for count in counts), pl.lit(value=False))


def _small(count: str, table: Table, policy: Policy) -> pl.Expr:
    least = policy.threshold(table.field(count).unit)
    small = pl.col(count).is_between(1, least - 1).fill_null(value=False)
    return small if table.open_where is None else small & ~table.open_where
