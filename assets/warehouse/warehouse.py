"""The class `Warehouse`: tables by month, for reading, replacing and querying.

Belongs here: the interface that every stage uses. Not here: the storage of months and their safe replacement
(`storage`), the engines (`assets.engines`), and the content of a table.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from assets.engines.duckdb_engine import DuckDB
from assets.engines.engine import Engine, EngineChoice
from assets.errors import KeyRefused
from assets.warehouse.storage.interface import Storage, local_dir, open_storage
from assets.warehouse.storage.snapshot import MonthMetadata

KEY_FINGERPRINT = "key.fingerprint"


@dataclass(frozen=True)
class Warehouse:
    """Tables by month under `root`, a folder or a URL. SQL over them runs on the engine."""

    root: Path | str
    engine: EngineChoice = field(default_factory=DuckDB)

    @cached_property
    def storage(self) -> Storage:
        """The storage of the months, opened at first use. Raises WarehouseUnusable."""
        return open_storage(self.root)

    @property
    def local_dir(self) -> Path:
        """The folder of this machine that needs free space and write permission."""
        return local_dir(self.root)

    def files(self, table: str, month: str) -> list[Path]:
        """Local paths of the Parquet files of a month of a table.

        Raises MonthRefused if the month was never promoted, or one of its files is missing or incomplete.
        """
        return self.storage.files(table, month)

    def uris(self, table: str, month: str) -> list[str]:
        """URLs of the same files for an engine on other machines; fetches nothing. Raises MonthRefused."""
        return self.storage.uris(table, month)

    def uri(self, path: Path) -> str:
        """The URL of a candidate, or a file in it. Files that an engine writes below it are promoted with the candidate."""
        return self.storage.uri(path)

    def months(self, table: str) -> list[str]:
        """The months a table has, in order."""
        return self.storage.months(table)

    def month_metadata(self, table: str, month: str) -> MonthMetadata:
        """The record of a month of a table (fingerprint, counts, files); empty if there is none."""
        return self.storage.metadata(table, month)

    def ingestion_report(self, table: str, month: str) -> dict[str, Any]:
        """The JSON of the ingestion report of a month of an extract; a report without files if there is none."""
        return self.month_metadata(table, month).get("report") or {"files": [], "missing": []}

    def candidate(self, table: str, month: str, *, private: bool = False) -> AbstractContextManager[Path]:
        """A new folder for a month of a table. It is removed unless it is promoted."""
        return self.storage.candidate(table, month, private=private)

    def promote(self, table: str, month: str, candidate: Path, metadata: Mapping[str, object]) -> None:
        """Make the candidate the live month of the table in one atomic step. Its record lists its files."""
        self.storage.promote(table, month, candidate, metadata)

    def check_key_fingerprint(self, fingerprint: str) -> None:
        """Store the fingerprint of the pseudonym key. Raises KeyRefused if the warehouse has that of another key."""
        if self.storage.put_if_absent(KEY_FINGERPRINT, fingerprint + "\n").strip() != fingerprint:
            raise KeyRefused("CAKUPAN_PERSON_KEY is not the key this warehouse was built with: persons would not match")

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Be the only run to write `name`. Raises MonthRefused if another run is writing it.

        The lock of a killed run is free at once in a folder, and in a bucket when its lease has expired.
        """
        return self.storage.lock(name)

    @contextmanager
    def sql(self) -> Iterator[Engine]:
        """Open the engine; close it at the end of the block."""
        with closing(self.engine.open(str(self.storage.scratch_dir / ".spill"))) as engine:
            yield engine
