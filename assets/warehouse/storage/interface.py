"""The interface between the warehouse and its storage, and the choice of the storage for a location.

Belongs here: the protocol, and parsing the path or URL of a warehouse. Not here: the implementations (`folder`, `bucket`).
"""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from assets import environment
from assets.errors import WarehouseUnusable
from assets.warehouse.storage.folder import FolderStorage
from assets.warehouse.storage.snapshot import MonthMetadata

CACHE = environment.CACHE  # private folder of this machine, where months of a bucket are built and read
_URL = re.compile(r"(s3|gs|az)://[A-Za-z0-9][\w.-]*(/[\w.=/-]*)?")


class Storage(Protocol):
    """Months of tables. A month is replaced as a whole: readers see the old one or the new one, never a mixture."""

    @property
    def scratch_dir(self) -> Path:
        """A local folder for temporary files."""

    def months(self, table: str) -> list[str]:
        """The months a table has, in order."""

    def metadata(self, table: str, month: str) -> MonthMetadata:
        """The record of a month; empty if there is none."""

    def files(self, table: str, month: str) -> list[Path]:
        """Local paths of the month's Parquet files, complete. Raises MonthRefused."""

    def uris(self, table: str, month: str) -> list[str]:
        """URLs of the same files for an engine on other machines; fetches nothing. Raises MonthRefused."""

    def uri(self, path: Path) -> str:
        """The URL of a candidate, or a file in it, for an engine on other machines."""

    def table_location(self, table: str) -> Path | str:
        """The location of a table, for people."""

    def candidate(self, table: str, month: str, *, private: bool) -> AbstractContextManager[Path]:
        """A new local folder for a month, removed unless it is promoted. Removes what a killed run left of that month."""

    def promote(self, table: str, month: str, candidate: Path, record: Mapping[str, object]) -> None:
        """Make the candidate the live month, in one step after all of it is stored. Raises MonthRefused."""

    def put_if_absent(self, name: str, text: str) -> str:
        """Store the text under the name unless the name exists. Returns the stored text."""

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Be the only run to write `name`. Raises MonthRefused if another run is writing it."""


def parse_uri(text: str) -> Path | str:
    """The path of a folder, or the URL of a bucket and a prefix. Raises WarehouseUnusable for any other URL."""
    if "://" not in text:
        return Path(text).absolute()
    if not _URL.fullmatch(text):  # the message does not quote it: it may hold a password
        raise WarehouseUnusable(
            "a warehouse is a folder, or s3://bucket/prefix (gs://…, az://…) of letters, digits and . _ - =; "
            "set credentials in the environment, never in the URL"
        )
    return text.rstrip("/")


def open_storage(root: Path | str) -> Storage:
    """The storage at the location. Raises WarehouseUnusable if its library is not installed."""
    if isinstance(root, Path):
        return FolderStorage(root)
    from assets.warehouse.storage.bucket import BucketStorage

    return BucketStorage(root, local_dir(root))


def local_dir(root: Path | str) -> Path:
    """The folder of this machine that a warehouse uses: its own, or the cache of a bucket."""
    if isinstance(root, Path):
        return root
    caches = environment.read("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(environment.read(CACHE) or Path(caches) / "cakupan").absolute()
