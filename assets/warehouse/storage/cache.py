"""The private folder of this machine where months of a bucket are built and read.

Belongs here: local copies of immutable versions, and dropping those that no pointer names any more. The cache therefore
never holds more than the live version of each month that was read, and the version before. Its folder may be removed
whenever no run is active: the bucket has everything in it.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from assets.warehouse.storage.errors import ObjectNotFound
from assets.warehouse.storage.object_store import ObjectStore
from assets.warehouse.storage.snapshot import FileEntry


class Cache:
    """Local copies of the objects below a URL."""

    def __init__(self, root: Path, url: str) -> None:
        self._all = root
        self.root = root / hashlib.sha256(url.encode()).hexdigest()[:16]

    def create(self) -> Path:
        """Create the folder of all caches, readable by its owner only."""
        self._all.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._all.chmod(0o700)
        return self._all

    def folder(self, table: str, month: str, version: str) -> Path:
        """The folder of a version, whether or not it exists yet."""
        return self.root / table / month / version

    def name(self, path: Path) -> str:
        """The name below the bucket's `.store` of a path in the cache."""
        return path.relative_to(self.root).as_posix()

    def fetch(self, objects: ObjectStore, path: Path, expected: FileEntry | None = None) -> Path:
        """The local copy; downloaded unless it is complete.

        `expected`: its size, and its SHA-256 if known. Raises ObjectNotFound if the store has no such object.
        """
        if path.is_file() and (expected is None or path.stat().st_size == expected["bytes"]):
            return path
        self.create()
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{uuid4().hex}")
        try:
            digest = objects.fetch(f".store/{self.name(path)}", partial)
            if expected and (partial.stat().st_size, digest) != (expected["bytes"], expected.get("sha256", digest)):
                raise ObjectNotFound
            os.replace(partial, path)
        finally:
            partial.unlink(missing_ok=True)
        return path

    def drop(self, table: str, month: str, versions: Iterable[str]) -> None:
        """Remove local copies of versions."""
        for version in versions:
            shutil.rmtree(self.folder(table, month, version), ignore_errors=True)

    def versions(self, table: str, month: str) -> list[str]:
        """The versions of a month that have a folder in the cache."""
        folder = self.root / table / month
        return [path.name for path in folder.iterdir()] if folder.is_dir() else []
