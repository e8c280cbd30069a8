"""Check that the parts in a summary table add up to their totals, as the table declares.

Belongs here: the comparison, before a month is promoted and again for every release. Not here: the declared sums
(`schemas/summaries`), disclosure control.
"""

from datetime import date

import polars as pl

from schemas.constraints import RegionHierarchy, Sum
from schemas.tables import Table

_NAMED = 3  # rows named in a sentence; further rows are counted


def broken_sums(rows: pl.DataFrame, table: Table) -> list[str]:
    """One sentence for each declared sum that does not hold in some count or amount, before disclosure control.

    It names the first rows by their keys, which are codes and identify no person, and the number of further rows. A sum with an
    unknown figure is not checked; neither are parts without a row of their total, or a total without parts.
    """
    key = [name for name in table.key if name not in table.constraints.repeated_over]
    counts = [field.name for field in table.fields if field.sensitive] + list(table.constraints.amounts)
    frame = rows.select(*key, *counts).unique()
    found = []
    for kind in table.constraints.relations:
        if isinstance(kind, Sum):
            what = f"{kind.label} do not add up to {kind.total if kind.parts else 'their total'}"
            found += _sentences(what, _differ(frame, key, list(kind.counts) or counts, kind))
        if isinstance(kind, RegionHierarchy):
            what = f"{kind.label} do not add up to the nation"
            found += _sentences(what, _levels_differ(frame, key, list(kind.counts) or counts, kind))
    return found


def _differ(frame: pl.DataFrame, key: list[str], counts: list[str], kind: Sum) -> pl.DataFrame:
    """The rest of the key of each total that differs from its parts, and for each count whether it differs."""
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
    """The rest of the key where the sums of two levels of regions differ."""
    line = [name for name in key if name not in (kind.level, kind.region)]
    levels = frame.group_by(*line, kind.level).agg(
        pl.when(pl.col(count).null_count() == 0).then(pl.col(count).sum()).alias(count) for count in counts
    )
    spread = levels.group_by(line).agg(pl.col(count).drop_nulls().n_unique() > 1 for count in counts)
    return spread.filter(pl.any_horizontal(counts)).select(line + counts)


def _sentences(what: str, differing: pl.DataFrame) -> list[str]:
    if differing.is_empty():
        return []
    counts = [name for name, kind in differing.schema.items() if kind == pl.Boolean()]
    line = [name for name in differing.columns if name not in counts]
    named = []
    for row in differing.sort(line, nulls_last=True).head(_NAMED).iter_rows(named=True):
        names = " and ".join(name for name in counts if row[name])
        named.append(f"{names} ({', '.join(f'{name} {_code(row[name])}' for name in line)})")
    others = differing.height - len(named)
    return [f"{what}: {'; '.join(named)}{f'; and {others} more rows' if others else ''}"]


def _code(value: object) -> str:
    return f"{value:%Y-%m}" if isinstance(value, date) else str(value)
