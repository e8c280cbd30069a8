"""The warehouse: tables by month, how a month of one is replaced, how SQL reaches it.

Belongs here: the one face that stages know. Not: what is in a table, where months stand and what makes their replacement
safe (`storage`), and what SQL runs on (`assets.engines`).
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from assets.engines.duckdb_engine import DuckDB
from assets.engines.engine import Engine, EngineChoice
from assets.errors import KeyRefused
from assets.warehouse.storage.interface import Storage, local_dir, open_storage

KEY_FINGERPRINT = "key.fingerprint"


@dataclass(frozen=True)
class Warehouse:
    """Tables by month under `root`, a folder or a URL; SQL over them runs on the engine."""

    root: Path | str
    engine: EngineChoice = field(default_factory=DuckDB)

    @cached_property
    def storage(self) -> Storage:
        """Where the months stand; opened when it is first asked. Raises WarehouseUnusable."""
        return open_storage(self.root)

    @property
    def local_dir(self) -> Path:
        """The folder of this machine that it works in, whose space and rights decide."""
        return local_dir(self.root)

    def files(self, table: str, month: str) -> list[Path]:
        """The Parquet files of a month of a table, on this machine and whole.

        Raises MonthRefused where the month was never promoted, or a file of it is gone or cut short.
        """
        return self.storage.files(table, month)

    def uris(self, table: str, month: str) -> list[str]:
        """The same files as an engine on other machines names them; none is fetched. Raises MonthRefused."""
        return self.storage.uris(table, month)

    def uri(self, path: Path) -> str:
        """How an engine on other machines names a candidate, or a file in it; what it writes there is promoted with it."""
        return self.storage.uri(path)

    def months(self, table: str) -> list[str]:
        """The months a table has, in order."""
        return self.storage.months(table)

    def month_metadata(self, table: str, month: str) -> dict[str, Any]:
        """The record kept with a month of a table (fingerprint, counts, files); empty where there is none."""
        return self.storage.metadata(table, month)

    def candidate(self, table: str, month: str, *, private: bool = False) -> AbstractContextManager[Path]:
        """A new folder to fill for a month of a table; removed unless it was promoted."""
        return self.storage.candidate(table, month, private=private)

    def promote(self, table: str, month: str, candidate: Path, metadata: dict[str, Any]) -> None:
        """Make the candidate the month of the table, in one step after everything is safe; the record lists its files."""
        self.storage.promote(table, month, candidate, metadata)

    def check_key_fingerprint(self, fingerprint: str) -> None:
        """Remember which key the pseudonyms are made with; raises KeyRefused where it was another one."""
        if self.storage.put_if_absent(KEY_FINGERPRINT, fingerprint + "\n").strip() != fingerprint:
            raise KeyRefused("CAKUPAN_PERSON_KEY is not the key this warehouse was made with: persons would not match")

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Be the only run to write `name`; raises MonthRefused where another run is at it.

        A killed run lets go: in a folder at once, in a bucket when its lease has run out.
        """
        return self.storage.lock(name)

    @contextmanager
    def sql(self) -> Iterator[Engine]:
        """The engine, open; closed at the end."""
        with closing(self.engine.open(str(self.storage.scratch_dir / ".spill"))) as engine:
            yield engine
