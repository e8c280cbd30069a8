"""Revisions: how the tables of two releases differ, and which published figures changed beyond their limit.

Belongs here: comparing published tables row by row, and measuring differences against the list `revision_limits`. A refusal
names tables, months and figures, never a value. Not: what follows from a difference (`history`, `revision_log`).
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from assets.release.protect import FREE
from schemas import code_lists
from schemas.summaries import SUMMARIES
from schemas.tables import Table

NOW = "_now"
ANY = "any"
NATION = "nation"
SHOWN_GROUPS = 4
GROUP = ["table", "month", "level", "why"]
_FLOAT = pl.Float64()


@dataclass(frozen=True)
class Change:
    """The differences of a table from the previous release. Rows are in the order of the key, columns are those of today.

    `changed` has every column twice: the value before, and with the ending `NOW` the value after.
    """

    table: Table
    added: pl.DataFrame
    changed: pl.DataFrame
    removed: pl.DataFrame

    def was(self) -> pl.DataFrame:
        """The changed rows before the change."""
        return self.changed.select(self.table.names)

    def months(self) -> pl.DataFrame:
        """Rows added, changed, removed and newly withheld, by month."""
        withheld = self.changed.filter(pl.any_horizontal(_newly_withheld(self.table)))
        kinds = {"added": self.added, "changed": self.changed, "removed": self.removed, "withheld": withheld}
        rows = [frame.select("month", pl.lit(f"rows_{kind}").alias("kind")) for kind, frame in kinds.items()]
        counts = [pl.col("kind").eq(f"rows_{kind}").sum().cast(pl.Int64).alias(f"rows_{kind}") for kind in kinds]
        return pl.concat(rows).group_by("month").agg(counts).sort("month")


def compare_releases(before: dict[str, pl.DataFrame], after: dict[str, pl.DataFrame]) -> dict[str, Change]:
    """The change of each summary table. A table that did not exist, or had another key, had no rows."""
    tables = [table.released() for table in SUMMARIES]
    return {table.name: compare_table(before.get(table.name), after[table.name], table) for table in tables}


def compare_table(before: pl.DataFrame | None, after: pl.DataFrame, table: Table) -> Change:
    """The change of one table. A column that only one side has is not a difference."""
    key = list(table.key)
    old, new = align_columns(before, table), align_columns(after, table)
    sides = [set(frame.columns) for frame in (before, after) if frame is not None]
    shared = [field.name for field in table.fields if all({field.name, field.formerly} & side for side in sides)]
    both = old.join(new.rename({name: name + NOW for name in table.names if name not in key}), on=key)
    differs = [pl.col(name).ne_missing(pl.col(name + NOW)) for name in shared if name not in key]
    return Change(
        table,
        new.join(old, on=key, how="anti").sort(key),
        both.filter(pl.any_horizontal(differs)).sort(key),
        old.join(new, on=key, how="anti").sort(key),
    )


def align_columns(frame: pl.DataFrame | None, table: Table) -> pl.DataFrame:
    """The rows in the columns and types of the table: others dropped, missing ones null; no rows where its key differed."""
    if frame is None or not set(table.key) <= set(frame.columns):
        return pl.DataFrame(schema=table.storage)
    return table.aligned(frame)


def describe_unexplained(changed: dict[str, Change], months: list[date]) -> str:
    """The published figures of these months that changed beyond their limit or disappeared; empty if there are none."""
    found = pl.concat([beyond_limit(change).select([*GROUP, "figure"]) for change in changed.values()])
    groups = found.filter(pl.col("month").is_in(months)).group_by(GROUP).agg(pl.len(), pl.col("figure").unique().sort())
    rows = groups.sort("month", "table", "level", "why").rows(named=True)
    described = [
        f"{row['table']} {row['month']:%Y-%m}, {row['level']}: {row['len']} figures {row['why']} ({', '.join(row['figure'])})"
        for row in rows[:SHOWN_GROUPS]
    ]
    more = f"; and {len(rows) - SHOWN_GROUPS} more such groups" if len(rows) > SHOWN_GROUPS else ""
    return "; ".join(described) + more


def beyond_limit(change: Change) -> pl.DataFrame:
    """One row per figure with a limit that changed beyond it, or that is neither shown nor withheld any more."""
    is_nation = pl.col("level") == NATION
    limited = changed_figures(change).join(limits(change.table), on="figure")
    limited = limited.with_columns(
        pl.when(is_nation).then(f"{name}_{NATION}").otherwise(f"{name}_{ANY}").alias(name)
        for name in ("permille", "absolute")
    )
    difference = (pl.col("now") - pl.col("was")).abs()
    is_beyond = (difference > pl.col("absolute")) & (difference * 1000 > pl.col("permille") * pl.col("was").abs())
    is_lost = pl.col("now").is_null() & pl.col("withheld").not_()
    why = pl.when(is_lost).then(pl.lit("vanished")).when(is_beyond).then(pl.lit("changed by more than their limit"))
    named = limited.select(
        *change.table.key, pl.lit(change.table.name).alias("table"), "level", "figure", why.alias("why")
    )
    return named.filter(pl.col("why").is_not_null())


def changed_figures(change: Change) -> pl.DataFrame:
    """One row per figure that was published before and is not the same now.

    Columns: the key, `level`, `figure`, `was`, `now` (null: not shown any more) and whether the row is `withheld`.
    """
    shared: list[str | pl.Expr] = [*change.table.key, _level(change.table).alias("level")]
    frames = []
    for name in _figure_columns(change.table):
        figure, was = pl.lit(name).alias("figure"), pl.col(name).cast(_FLOAT).alias("was")
        now = pl.col(name + NOW).cast(_FLOAT).alias("now")
        frames.append(change.changed.select(*shared, figure, was, now, _is_withheld(NOW).alias("withheld")))
        nothing = (pl.lit(None, _FLOAT).alias("now"), pl.lit(value=False).alias("withheld"))
        frames.append(change.removed.select(*shared, figure, was, *nothing))
    return pl.concat(frames).filter(pl.col("was").is_not_null(), pl.col("was").ne_missing(pl.col("now")))


@cache
def limits(table: Table) -> pl.DataFrame:
    """Figures of the table that have a limit: permille and absolute, for the nation and for any other level."""
    kinds = [f"{kind}_{level}" for kind in ("permille", "absolute") for level in (NATION, ANY)]
    rows = []
    for name in _figure_columns(table):
        usual = _limit(name, table.field(name).unit, ANY)
        if usual:
            nation = _limit(name, table.field(name).unit, NATION) or usual
            rows.append((name, nation[0], usual[0], nation[1], usual[1]))
    return pl.DataFrame(rows, schema={"figure": pl.String, **dict.fromkeys(kinds, _FLOAT)}, orient="row")


def _limit(figure: str, unit: str, level: str) -> tuple[float, float] | None:
    """Permille and absolute: the row of the list for the figure, else for any figure of the unit."""
    rows = code_lists.codes("revision_limits").filter((pl.col("unit") == unit) & (pl.col("level") == level))
    for name in (figure, ANY):
        named = rows.filter(pl.col("figure") == name)
        if named.height:
            return float(named["permille"].item()), float(named["absolute"].item())
    return None


def _level(table: Table) -> pl.Expr:
    """nation, province or regency where the table has regions; "rows" where it has none."""
    for name in ("geography_level", "region_level"):
        if name in table.names:
            return pl.col(name)
    for name in ("province_code", "region_code"):
        if name in table.names:
            nation = pl.when(pl.col(name) == "ID").then(pl.lit(NATION))
            return nation.when(pl.col(name).str.len_bytes() == 2).then(pl.lit("province")).otherwise(pl.lit("regency"))
    return pl.lit("rows")


def _figure_columns(table: Table) -> list[str]:
    """The numeric columns outside the key."""
    return [field.name for field in table.fields if field.dtype.is_numeric() and field.name not in table.key]


def _newly_withheld(table: Table) -> list[pl.Expr]:
    """For each figure of a changed row, whether it was shown before and is withheld now."""
    columns = _figure_columns(table)
    return [pl.col(name).is_not_null() & pl.col(name + NOW).is_null() & _is_withheld(NOW) for name in columns]


def _is_withheld(ending: str) -> pl.Expr:
    """Whether a row withholds some figure."""
    return pl.col("conf_status" + ending) != FREE
