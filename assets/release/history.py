"""The history of published rows: each release appends those it replaced, and nothing else, so that all can be told again.

Belongs here: which rows go into the history, and the way back to the rows of any release. Everything comes from what
releases published: a figure that was withheld then is not known here.

A row of a table stood from the release that first published it up to the one that replaced it. Of the current rows only
the beginning has to be known: where their key has no history it is the release that first had rows of their month
(`release_tables`), otherwise the one that replaced the last row of the key.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.release.changes import Change, align_columns
from schemas.releases import RELEASE_TABLES, history
from schemas.summaries import SUMMARIES
from schemas.tables import Table

FOLDER = "history"


@dataclass(frozen=True)
class History:
    """By table the rows that were replaced, and from which release on each table and month has rows (`RELEASE_TABLES`)."""

    replaced: dict[str, pl.DataFrame]
    starts: pl.DataFrame

    @classmethod
    def read(cls, release: Path | None) -> "History":
        """The history in a release's folder, in today's columns; empty before the first."""
        if release is None:
            nothing = {table.name: align_columns(None, history(table)) for table in SUMMARIES}
            return cls(nothing, pl.DataFrame(schema=RELEASE_TABLES.storage))
        kept = {table.name: _read(release, history(table)) for table in SUMMARIES}
        lost = [table.name for table in SUMMARIES if not _has_key(release, table)]  # a key that changed: it begins anew
        return cls(kept, _read(release, RELEASE_TABLES).filter(pl.col("table_name").is_in(lost).not_()))

    def extended(self, changed: dict[str, Change], release_id: str, sequence: int) -> "History":
        """With what the next release replaces."""
        starts = pl.concat(
            [self.starts, *(_new(change, self.starts, release_id, sequence) for change in changed.values())]
        )
        replaced = {name: self._appended(name, change, starts, sequence) for name, change in changed.items()}
        return History(replaced, starts.sort(RELEASE_TABLES.key))

    def _appended(self, name: str, change: Change, starts: pl.DataFrame, sequence: int) -> pl.DataFrame:
        gone = pl.concat([change.was(), change.removed]).with_columns(existed=True)
        absent = change.added.select(change.table.key).with_columns(existed=False)
        stood = since(pl.concat([gone, absent], how="diagonal"), self.replaced[name], starts, change.table)
        ended = stood.filter(pl.col("from_sequence") < sequence).with_columns(until_sequence=pl.lit(sequence, pl.Int64))
        declared = history(change.table)
        return pl.concat([self.replaced[name], align_columns(ended, declared)]).sort(declared.key)

    def at(self, sequence: int, current: pl.DataFrame, table: Table) -> pl.DataFrame:
        """The rows of the table in the release of that sequence, given those of the release that holds this history."""
        replaced, names = self.replaced[table.name], table.released().names
        standing = since(current, replaced, self.starts, table).filter(pl.col("from_sequence") <= sequence)
        then = (pl.col("from_sequence") <= sequence) & (pl.col("until_sequence") > sequence) & pl.col("existed")
        return pl.concat([replaced.filter(then).select(names), standing.select(names)]).sort(table.key)

    def write(self, folder: Path) -> None:
        """As Parquet files in the release folder."""
        for name, frame in self.replaced.items():
            frame.write_parquet(folder / FOLDER / f"{name}_history.parquet", compression="zstd")
        self.starts.write_parquet(folder / FOLDER / f"{RELEASE_TABLES.name}.parquet", compression="zstd")


def since(rows: pl.DataFrame, replaced: pl.DataFrame, starts: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The rows with `from_sequence`, the release since which each stands so (or, for a row that is new, did not exist)."""
    last = replaced.group_by(table.key).agg(pl.col("until_sequence").max().alias("from_sequence"))
    month = starts.filter(pl.col("table_name") == table.name).select("month", "sequence")
    found = rows.join(last, on=list(table.key), how="left").join(month, on="month", how="left")
    return found.with_columns(pl.coalesce("from_sequence", "sequence").alias("from_sequence")).drop("sequence")


def _new(change: Change, starts: pl.DataFrame, release_id: str, sequence: int) -> pl.DataFrame:
    """Months that the table had no rows of."""
    known = starts.filter(pl.col("table_name") == change.table.name)
    months = change.added.select("month").unique().join(known, on="month", how="anti").sort("month")
    return months.with_columns(
        pl.lit(change.table.name).alias("table_name"),
        pl.lit(release_id).alias("release_id"),
        pl.lit(sequence, pl.Int64).alias("sequence"),
    ).select(RELEASE_TABLES.names)


def _has_key(release: Path, table: Table) -> bool:
    path = release / "parquet" / f"{table.name}.parquet"
    return path.exists() and set(table.key) <= set(pl.read_parquet_schema(path))


def _read(release: Path, table: Table) -> pl.DataFrame:
    path = release / FOLDER / f"{table.name}.parquet"
    return align_columns(pl.read_parquet(path) if path.exists() else None, table)
