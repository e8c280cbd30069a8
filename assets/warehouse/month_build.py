"""A build of a month: skip it if it was built from the same inputs and code, else fill candidates and promote them together.

Belongs here: this one protocol, which every stage follows. Not here: the content of a table, and what makes a promotion
safe (`storage`).
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from assets.engines.engine import Engine, Values
from assets.warehouse import query
from assets.warehouse.storage.snapshot import MonthMetadata
from assets.warehouse.warehouse import Warehouse
from schemas.tables import Table


@dataclass(frozen=True)
class MonthBuild:
    """The tables that a stage builds together for a month.

    `identity`: the part of the metadata that is the same for the same inputs and code, usually the fingerprint. The tables
    are promoted in this order, so that the last one marks the month as built. `private`: tables for the owner alone.
    """

    warehouse: Warehouse
    month: str
    tables: tuple[str, ...]
    identity: Mapping[str, object]
    private: tuple[str, ...] = ()

    def known(self, *, force: bool = False) -> MonthMetadata | None:
        """The metadata of the last table, if all tables have the same identity. None if they must be built."""
        found = [self.warehouse.month_metadata(table, self.month) for table in self.tables]
        is_same = all(self.identity.items() <= metadata.items() for metadata in found)
        return found[-1] if is_same and not force else None

    @contextmanager
    def candidates(self) -> Iterator["Candidates"]:
        """New folders for the tables; promoted at the end of the block, removed if it raises."""
        with ExitStack() as stack:
            folders = {
                table: stack.enter_context(self.warehouse.candidate(table, self.month, private=table in self.private))
                for table in self.tables
            }
            candidates = Candidates(self.warehouse, folders)
            yield candidates
            for table, folder in folders.items():
                metadata = {**self.identity, **candidates.metadata.get(table, {})}
                self.warehouse.promote(table, self.month, folder, metadata)


@dataclass(frozen=True)
class Candidates:
    """The folders that a stage fills, and the metadata to keep with each table."""

    warehouse: Warehouse
    folders: dict[str, Path]
    metadata: dict[str, dict[str, object]] = field(default_factory=dict)

    def describe(self, table: str, metadata: Mapping[str, object]) -> None:
        """Add to the metadata of a table."""
        self.metadata.setdefault(table, {}).update(metadata)

    def write_frame(self, table: Table, frame: pl.DataFrame) -> int:
        """Write a canonical frame. Returns its number of rows."""
        self.describe(table.name, query.write_frame(frame, self.folders[table.name]))
        return frame.height

    def write_sql(self, engine: Engine, folder: Path, table: Table, values: Values) -> int:
        """Let the engine write the result of `<folder>/<table>.sql`. Returns its number of rows."""
        rows = query.write_parquet(engine, folder, table, self.warehouse, self.folders[table.name], values)
        self.describe(table.name, {"rows": rows, **query.origin_metadata(engine, table)})
        return rows
