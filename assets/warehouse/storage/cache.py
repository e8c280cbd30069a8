"""The private folder of this machine where months of a bucket are made and read.

Belongs here: local copies of immutable versions, each fetched once and only then seen; dropping those that no pointer
names any more, so that it never grows past the live version of what was read and the one before. It can be removed at
any time that no run is at work: everything in it stands in the bucket.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

from assets.warehouse.storage.errors import Absent
from assets.warehouse.storage.object_store import Objects


class Cache:
    """Local copies of what stands below a URL."""

    def __init__(self, root: Path, url: str) -> None:
        self._all = root
        self.root = root / hashlib.sha256(url.encode()).hexdigest()[:16]

    def private(self) -> Path:
        """The folder of all caches, made for its owner alone."""
        self._all.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._all.chmod(0o700)
        return self._all

    def folder(self, table: str, month: str, version: str) -> Path:
        """Where a version stands, or will."""
        return self.root / table / month / version

    def name(self, path: Path) -> str:
        """The name below the bucket's `.store` of a path in the cache."""
        return path.relative_to(self.root).as_posix()

    def fetched(self, objects: Objects, path: Path, about: dict[str, Any] | None = None) -> Path:
        """The local copy, fetched where it is not there in full.

        `about`: its bytes, and SHA-256 where that is known. Raises Absent where the store has none, or not that one.
        """
        if path.is_file() and (about is None or path.stat().st_size == about["bytes"]):
            return path
        self.private()
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{uuid4().hex}")
        try:
            digest = objects.fetch(f".store/{self.name(path)}", beside)
            if about and (beside.stat().st_size, digest) != (about["bytes"], about.get("sha256", digest)):
                raise Absent
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
        return path

    def drop(self, table: str, month: str, versions: Iterable[str]) -> None:
        """Remove local copies of versions."""
        for version in versions:
            shutil.rmtree(self.folder(table, month, version), ignore_errors=True)

    def versions(self, table: str, month: str) -> list[str]:
        """Versions of a month of which something is here."""
        folder = self.root / table / month
        return [path.name for path in folder.iterdir()] if folder.is_dir() else []
