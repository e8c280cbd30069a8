"""The history of published rows: each release appends the rows that it replaced, and nothing else.

Belongs here: which rows go into the history, and the way back to the rows of any release. Everything comes from published
rows: a figure that was withheld then stays unknown.

A row is valid from the release that first published it to the release that replaced it. For a current row only the
beginning must be known. Where its key has no history, it begins with the release that first had rows of its month
(`release_tables`); otherwise with the release that replaced the last row of the key.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.release.published_release import HISTORY, PublishedRelease
from assets.release.revisions import Change, align_columns
from schemas.releases import RELEASE_TABLES, history
from schemas.summaries import SUMMARIES
from schemas.tables import Table


@dataclass(frozen=True)
class History:
    """By table the replaced rows, and from which release on each table and month has rows (`RELEASE_TABLES`)."""

    replaced: dict[str, pl.DataFrame]
    starts: pl.DataFrame

    @classmethod
    def read(cls, release: PublishedRelease | None) -> "History":
        """The history in a release, in today's columns; empty before the first release.

        The history of a table starts again when its key changes.
        """
        if release is None:
            empty = {table.name: align_columns(None, history(table)) for table in SUMMARIES}
            return cls(empty, pl.DataFrame(schema=RELEASE_TABLES.storage))
        replaced = {table.name: _read(release, history(table)) for table in SUMMARIES}
        other_keys = [table.name for table in SUMMARIES if not _has_key(release, table)]
        starts = _read(release, RELEASE_TABLES).filter(pl.col("table_name").is_in(other_keys).not_())
        return cls(replaced, starts)

    def extended(self, changed: dict[str, Change], release_id: str, sequence: int) -> "History":
        """The history with the rows that the next release replaces."""
        first_months = (_first_months(change, self.starts, release_id, sequence) for change in changed.values())
        starts = pl.concat([self.starts, *first_months])
        replaced = {name: self._appended(name, change, starts, sequence) for name, change in changed.items()}
        return History(replaced, starts.sort(RELEASE_TABLES.key))

    def _appended(self, name: str, change: Change, starts: pl.DataFrame, sequence: int) -> pl.DataFrame:
        gone = pl.concat([change.was(), change.removed]).with_columns(existed=True)
        # A new row was absent before: that is recorded too, so that an earlier release is given back without it.
        absent = change.added.select(change.table.key).with_columns(existed=False)
        rows = since(pl.concat([gone, absent], how="diagonal"), self.replaced[name], starts, change.table)
        ended = rows.filter(pl.col("from_sequence") < sequence).with_columns(until_sequence=pl.lit(sequence, pl.Int64))
        table = history(change.table)
        return pl.concat([self.replaced[name], align_columns(ended, table)]).sort(table.key)

    def at(self, sequence: int, current: pl.DataFrame, table: Table) -> pl.DataFrame:
        """The rows of the table in the release of that sequence, given those of the release that holds this history."""
        replaced, names = self.replaced[table.name], table.released().names
        unchanged = since(current, replaced, self.starts, table).filter(pl.col("from_sequence") <= sequence)
        then = (pl.col("from_sequence") <= sequence) & (pl.col("until_sequence") > sequence) & pl.col("existed")
        return pl.concat([replaced.filter(then).select(names), unchanged.select(names)]).sort(table.key)

    def write(self, folder: Path) -> None:
        """Write Parquet files into the release folder."""
        for name, frame in self.replaced.items():
            frame.write_parquet(folder / HISTORY / f"{name}_history.parquet", compression="zstd")
        self.starts.write_parquet(folder / HISTORY / f"{RELEASE_TABLES.name}.parquet", compression="zstd")


def since(rows: pl.DataFrame, replaced: pl.DataFrame, starts: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The rows with `from_sequence`: the release since which each row is as it is (a new row: since which it is absent)."""
    last = replaced.group_by(table.key).agg(pl.col("until_sequence").max().alias("from_sequence"))
    month = starts.filter(pl.col("table_name") == table.name).select("month", "sequence")
    found = rows.join(last, on=list(table.key), how="left").join(month, on="month", how="left")
    return found.with_columns(pl.coalesce("from_sequence", "sequence").alias("from_sequence")).drop("sequence")


def _first_months(change: Change, starts: pl.DataFrame, release_id: str, sequence: int) -> pl.DataFrame:
    """Months of which the table had no rows before."""
    known = starts.filter(pl.col("table_name") == change.table.name)
    months = change.added.select("month").unique().join(known, on="month", how="anti").sort("month")
    return months.with_columns(
        pl.lit(change.table.name).alias("table_name"),
        pl.lit(release_id).alias("release_id"),
        pl.lit(sequence, pl.Int64).alias("sequence"),
    ).select(RELEASE_TABLES.names)


def _has_key(release: PublishedRelease, table: Table) -> bool:
    path = release.folder / "parquet" / f"{table.name}.parquet"
    return path.exists() and set(table.key) <= set(pl.read_parquet_schema(path))


def _read(release: PublishedRelease, table: Table) -> pl.DataFrame:
    return align_columns(release.registry_table(table), table)
