"""The one seam between the warehouse and where it stands: what storage promises, and which kind a place asks for.

Belongs here: the protocol and the reading of a place's name. Not: how a kind keeps its promises (`folder`, `bucket`).
"""

import os
import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from assets.errors import WarehouseUnusable
from assets.warehouse.storage.folder import Folder
from assets.warehouse.storage.snapshot import Record

CACHE = "CAKUPAN_CACHE"  # where months of a bucket are made and read: a private folder of this machine
_URL = re.compile(r"(s3|gs|az)://[A-Za-z0-9][\w.-]*(/[\w.=/-]*)?")


class Storage(Protocol):
    """Months of tables. A month is replaced as a whole: readers see the old one or the new one, never a mixture."""

    @property
    def scratch_dir(self) -> Path:
        """A local folder for what is not kept."""

    def months(self, table: str) -> list[str]:
        """The months a table has, in order."""

    def metadata(self, table: str, month: str) -> Record:
        """The record kept with a month; empty where there is none."""

    def files(self, table: str, month: str) -> list[Path]:
        """The month's Parquet files as local paths, whole. Raises MonthRefused."""

    def uris(self, table: str, month: str) -> list[str]:
        """The same files as an engine on other machines names them; none is fetched. Raises MonthRefused."""

    def uri(self, path: Path) -> str:
        """How an engine on other machines names a candidate, or a file in it."""

    def table_location(self, table: str) -> Path | str:
        """Where a person finds a table."""

    def candidate(self, table: str, month: str, *, private: bool) -> AbstractContextManager[Path]:
        """A new local folder to fill; removed, with what a killed run left of that month, unless it was promoted."""

    def promote(self, table: str, month: str, candidate: Path, record: Record) -> None:
        """Make the candidate the live month, in one step after all of it is safe. Raises MonthRefused."""

    def put_if_absent(self, name: str, text: str) -> str:
        """Keep the text under the name unless one is kept there; returns the one that is."""

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Be the only run to write `name`; raises MonthRefused where another is at it."""


def parse_uri(text: str) -> Path | str:
    """A place as a person names it: the path of a folder, or the URL of a bucket and a prefix. Raises WarehouseUnusable."""
    if "://" not in text:
        return Path(text).absolute()
    if not _URL.fullmatch(text):  # not quoted: it may hold a password
        raise WarehouseUnusable(
            "a warehouse is a folder, or s3://bucket/prefix (gs://…, az://…) of letters, digits and . _ - =; "
            "credentials stand in the environment, never in it"
        )
    return text.rstrip("/")


def open_storage(root: Path | str) -> Storage:
    """The storage that the place asks for. Raises WarehouseUnusable where its library is not installed."""
    if isinstance(root, Path):
        return Folder(root)
    from assets.warehouse.storage.bucket import Bucket

    return Bucket(root, local_dir(root))


def local_dir(root: Path | str) -> Path:
    """The folder of this machine that a warehouse works in: itself, or for a bucket the cache."""
    if isinstance(root, Path):
        return root
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get(CACHE) or Path(caches) / "cakupan").absolute()
