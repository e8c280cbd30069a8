"""Revisions of published figures: which are too large to publish without a word, and which are the largest.

Belongs here: measuring differences between published figures against the list `revision_limits`. Figures that were
never published have no part in it, and no value is told in a refusal. Not: telling rows apart (`changes`).
"""

from datetime import date
from functools import cache

import polars as pl

from assets.release.changes import NOW, Change, figure_columns, is_withheld
from schemas import code_lists
from schemas.tables import Table

SHOWN_GROUPS = 4
GROUP = ["table", "month", "level", "why"]
ANY = "any"
NATION = "nation"
_FLOAT = pl.Float64()


def describe_unexplained(changed: dict[str, Change], months: list[date]) -> str:
    """What of these months, published before, changed beyond its limit or vanished; empty where nothing did."""
    found = pl.concat([beyond_limit(change).select([*GROUP, "figure"]) for change in changed.values()])
    groups = found.filter(pl.col("month").is_in(months)).group_by(GROUP).agg(pl.len(), pl.col("figure").unique().sort())
    rows = groups.sort("month", "table", "level", "why").rows(named=True)
    told = [
        f"{row['table']} {row['month']:%Y-%m}, {row['level']}: {row['len']} figures {row['why']} ({', '.join(row['figure'])})"
        for row in rows[:SHOWN_GROUPS]
    ]
    return "; ".join(told) + (f"; and {len(rows) - SHOWN_GROUPS} more such groups" if len(rows) > SHOWN_GROUPS else "")


def beyond_limit(change: Change) -> pl.DataFrame:
    """One row a figure of the list that differs beyond its limit, or that is neither shown nor withheld any more."""
    limited = changed_figures(change).join(limits(change.table), on="figure").with_columns(
        pl.when(pl.col("level") == NATION).then(f"{name}_{NATION}").otherwise(f"{name}_{ANY}").alias(name)
        for name in ("permille", "absolute")
    )  # fmt: skip
    by = (pl.col("now") - pl.col("was")).abs()
    beyond = (by > pl.col("absolute")) & (by * 1000 > pl.col("permille") * pl.col("was").abs())
    lost = pl.col("now").is_null() & pl.col("withheld").not_()
    why = pl.when(lost).then(pl.lit("vanished")).when(beyond).then(pl.lit("changed by more than their limit"))
    named = limited.select(
        *change.table.key, pl.lit(change.table.name).alias("table"), "level", "figure", why.alias("why")
    )
    return named.filter(pl.col("why").is_not_null())


def changed_figures(change: Change) -> pl.DataFrame:
    """One row a figure that was published before and is not the same now.

    Columns: the key, `level`, `figure`, `was`, `now` (empty: not shown any more) and whether the row is `withheld`.
    """
    about: list[str | pl.Expr] = [*change.table.key, level(change.table).alias("level")]
    frames = []
    for name in figure_columns(change.table):
        named, was = pl.lit(name).alias("figure"), pl.col(name).cast(_FLOAT).alias("was")
        now = pl.col(name + NOW).cast(_FLOAT).alias("now")
        frames.append(change.changed.select(*about, named, was, now, is_withheld(NOW).alias("withheld")))
        gone = (pl.lit(None, _FLOAT).alias("now"), pl.lit(value=False).alias("withheld"))
        frames.append(change.removed.select(*about, named, was, *gone))
    return pl.concat(frames).filter(pl.col("was").is_not_null(), pl.col("was").ne_missing(pl.col("now")))


def level(table: Table) -> pl.Expr:
    """nation, province or regency where the table has regions; "rows" where it has none."""
    for name in ("geography_level", "region_level"):
        if name in table.names:
            return pl.col(name)
    for name in ("province_code", "region_code"):
        if name in table.names:
            named = pl.when(pl.col(name) == "ID").then(pl.lit(NATION))
            return named.when(pl.col(name).str.len_bytes() == 2).then(pl.lit("province")).otherwise(pl.lit("regency"))
    return pl.lit("rows")


@cache
def limits(table: Table) -> pl.DataFrame:
    """Figures of the table that have a limit: permille and absolute, for the nation and for any other level."""
    kinds = [f"{kind}_{where}" for kind in ("permille", "absolute") for where in (NATION, ANY)]
    rows = []
    for name in figure_columns(table):
        usual = _limit(name, table.field(name).unit, ANY)
        if usual:
            nation = _limit(name, table.field(name).unit, NATION) or usual
            rows.append((name, nation[0], usual[0], nation[1], usual[1]))
    return pl.DataFrame(rows, schema={"figure": pl.String, **dict.fromkeys(kinds, _FLOAT)}, orient="row")


def _limit(figure: str, unit: str, where: str) -> tuple[float, float] | None:
    """Permille and absolute: the row of the list for the figure, else for any figure of the unit."""
    rows = code_lists.codes("revision_limits").filter((pl.col("unit") == unit) & (pl.col("level") == where))
    for name in (figure, ANY):
        named = rows.filter(pl.col("figure") == name)
        if named.height:
            return float(named["permille"].item()), float(named["absolute"].item())
    return None
