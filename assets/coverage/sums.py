"""Whether the rows of a summary table that are parts add up to the row that is their total, as the table declares.

Belongs here: the comparison, asked before a month is promoted and again of every release. Not: which parts a table has
(`schemas/summaries`), what is withheld from readers.
"""

from datetime import date

import polars as pl

from schemas.constraints import RegionHierarchy, Sum
from schemas.tables import Table

_NAMED = 3  # rows that a sentence names; the others are counted


def broken_sums(rows: pl.DataFrame, table: Table) -> list[str]:
    """One sentence for each declared sum that does not hold, in any count or amount; of true figures, before protection.

    It names the first rows by their keys, which are codes and tell of nobody, with the count, and says how many more there
    are. A figure that is not known says nothing of its sum; parts without a row of their total, or a total without one of
    parts, are no breakdown of it.
    """
    key = [name for name in table.key if name not in table.constraints.repeated_over]
    counts = [field.name for field in table.fields if field.sensitive] + list(table.constraints.amounts)
    frame = rows.select(*key, *counts).unique()
    found = []
    for kind in table.constraints.relations:
        if isinstance(kind, Sum):
            what = f"{kind.label} do not add up to {kind.total if kind.parts else 'their total'}"
            found += _told(what, _differ(frame, key, list(kind.counts) or counts, kind))
        if isinstance(kind, RegionHierarchy):
            what = f"{kind.label} do not add up to the nation"
            found += _told(what, _levels_differ(frame, key, list(kind.counts) or counts, kind))
    return found


def _differ(frame: pl.DataFrame, key: list[str], counts: list[str], kind: Sum) -> pl.DataFrame:
    """The rest of the key of each total that its parts do not add up to, and for each count whether it is one that differs."""
    column = pl.col(kind.column)
    rows = frame if kind.where is None else frame.filter(kind.where)
    rows = rows.filter(column.is_in([kind.total, *kind.parts])) if kind.parts else rows
    sign = pl.when(column == kind.total).then(-1).otherwise(1)
    line = [name for name in key if name != kind.column]
    sums = rows.group_by(line).agg(
        *(
            pl.when(pl.col(count).null_count() == 0).then((pl.col(count) * sign).sum() != 0).alias(count)
            for count in counts
        ),
        is_broken_down=(column == kind.total).any() & ((column != kind.total).any() | pl.lit(bool(kind.parts))),
    )
    return sums.filter(pl.col("is_broken_down") & pl.any_horizontal(counts)).select(line + counts)


def _levels_differ(frame: pl.DataFrame, key: list[str], counts: list[str], kind: RegionHierarchy) -> pl.DataFrame:
    """The rest of the key where regions of some level count others than those of another that is there."""
    line = [name for name in key if name not in (kind.level, kind.region)]
    levels = frame.group_by(*line, kind.level).agg(
        pl.when(pl.col(count).null_count() == 0).then(pl.col(count).sum()).alias(count) for count in counts
    )
    spread = levels.group_by(line).agg(pl.col(count).drop_nulls().n_unique() > 1 for count in counts)
    return spread.filter(pl.any_horizontal(counts)).select(line + counts)


def _told(what: str, differing: pl.DataFrame) -> list[str]:
    if differing.is_empty():
        return []
    counts = [name for name, kind in differing.schema.items() if kind == pl.Boolean()]
    line = [name for name in differing.columns if name not in counts]
    places = []
    for row in differing.sort(line, nulls_last=True).head(_NAMED).iter_rows(named=True):
        names = " and ".join(name for name in counts if row[name])
        places.append(f"{names} ({', '.join(f'{name} {_code(row[name])}' for name in line)})")
    others = differing.height - len(places)
    return [f"{what}: {'; '.join(places)}{f'; and {others} more rows' if others else ''}"]


def _code(value: object) -> str:
    return f"{value:%Y-%m}" if isinstance(value, date) else str(value)
