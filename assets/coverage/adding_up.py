"""Whether the rows of a summary table that are parts add up to the row that is their total, as the table declares.

Belongs here: the comparison, asked before a month is promoted and again of every release. Not: which parts a table has
(`schemas/summaries`), what is withheld from readers.
"""

import polars as pl

from schemas.additive import Sum, Tree
from schemas.model import Table


def unequal(rows: pl.DataFrame, table: Table) -> list[str]:
    """One sentence for each declared sum that does not hold, in any count or amount; of true figures, before protection.

    A figure that is not known says nothing of its sum; parts without a row of their total, or a total without one of parts, are
    no breakdown of it.
    """
    key = [name for name in table.key if name not in table.additive.over]
    counts = [field.name for field in table.fields if field.sensitive] + list(table.additive.amounts)
    frame = rows.select(*key, *counts).unique()
    found = []
    for kind in table.additive.relations:
        if isinstance(kind, Sum) and _differ(frame, key, list(kind.only) or counts, kind):
            found.append(f"{kind.what} do not add up to {kind.total if kind.parts else 'their total'}")
        if isinstance(kind, Tree) and _levels_differ(frame, key, list(kind.only) or counts, kind):
            found.append(f"{kind.what} do not add up to the nation")
    return found


def _differ(frame: pl.DataFrame, key: list[str], counts: list[str], kind: Sum) -> bool:
    column = pl.col(kind.column)
    rows = frame if kind.among is None else frame.filter(kind.among)
    rows = rows.filter(column.is_in([kind.total, *kind.parts])) if kind.parts else rows
    sign = pl.when(column == kind.total).then(-1).otherwise(1)
    sums = rows.group_by(name for name in key if name != kind.column).agg(
        *(pl.when(pl.col(count).null_count() == 0).then((pl.col(count) * sign).sum()) for count in counts),
        is_broken_down=(column == kind.total).any() & ((column != kind.total).any() | pl.lit(bool(kind.parts))),
    )
    return _any(sums.filter("is_broken_down").select(pl.any_horizontal((pl.col(counts) != 0).any())))


def _levels_differ(frame: pl.DataFrame, key: list[str], counts: list[str], kind: Tree) -> bool:
    """Whether the regions of some level count others than those of another that is there."""
    line = [name for name in key if name not in (kind.level, kind.region)]
    levels = frame.group_by(*line, kind.level).agg(
        pl.when(pl.col(count).null_count() == 0).then(pl.col(count).sum()).alias(count) for count in counts
    )
    spread = levels.group_by(line).agg(pl.col(count).drop_nulls().n_unique() for count in counts)
    return _any(spread.select(pl.any_horizontal((pl.col(counts) > 1).any())))


def _any(answer: pl.DataFrame) -> bool:
    return bool(answer.item())
