"""What changed between two releases: rows that came, rows that went, rows that differ, counted by month.

Belongs here: the comparison of published tables, nothing but published tables. Not: what follows from a difference
(`history`, `vintages`, `revisions`).
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.release.protect import FREE
from schemas.summaries import SUMMARIES
from schemas.tables import Table

NOW = "_now"


@dataclass(frozen=True)
class Change:
    """How a table differs from the release before. All rows are in the order of the key, all columns those of today.

    `changed` has every column twice: as it was, and with the ending `NOW` as it is.
    """

    table: Table
    added: pl.DataFrame
    changed: pl.DataFrame
    removed: pl.DataFrame

    def was(self) -> pl.DataFrame:
        """The changed rows as they were."""
        return self.changed.select(self.table.names)

    def months(self) -> pl.DataFrame:
        """Rows added, changed, removed and newly withheld, by month."""
        withheld = self.changed.filter(pl.any_horizontal(newly_withheld(self.table)))
        named = {"added": self.added, "changed": self.changed, "removed": self.removed, "withheld": withheld}
        counted = [frame.select("month", pl.lit(f"rows_{name}").alias("what")) for name, frame in named.items()]
        columns = [pl.col("what").eq(f"rows_{name}").sum().cast(pl.Int64).alias(f"rows_{name}") for name in named]
        return pl.concat(counted).group_by("month").agg(columns).sort("month")


def changes(before: dict[str, pl.DataFrame], after: dict[str, pl.DataFrame]) -> dict[str, Change]:
    """By table. A table that did not exist, or had another key, had no rows."""
    tables = [table.released() for table in SUMMARIES]
    return {table.name: compare(before.get(table.name), after[table.name], table) for table in tables}


def compare(before: pl.DataFrame | None, after: pl.DataFrame, table: Table) -> Change:
    """How the table differs. Columns that one side does not have are no difference."""
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
    """The rows in the columns and types of the table: others dropped, missing ones empty; none where its key was another."""
    if frame is None or not set(table.key) <= set(frame.columns):
        return pl.DataFrame(schema=table.storage)
    return table.aligned(frame)


def figure_columns(table: Table) -> list[str]:
    """The columns that hold numbers and are no part of the key."""
    return [field.name for field in table.fields if field.dtype.is_numeric() and field.name not in table.key]


def newly_withheld(table: Table) -> list[pl.Expr]:
    """Of a changed row, a figure each: shown before, and withheld now."""
    marked = is_withheld(NOW)
    return [pl.col(name).is_not_null() & pl.col(name + NOW).is_null() & marked for name in figure_columns(table)]


def is_withheld(ending: str = "") -> pl.Expr:
    """Whether a row says that some figure of it is withheld."""
    return pl.col("conf_status" + ending) != FREE


def released_tables(folder: Path) -> dict[str, pl.DataFrame]:
    """The tables of a release by name, as its Parquet files hold them."""
    return {path.stem: pl.read_parquet(path) for path in sorted((folder / "parquet").glob("*.parquet"))}
