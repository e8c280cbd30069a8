"""Objects below a URL: read, written, compared and swapped; every failure in one line that holds no secret.

Belongs here: the calls of obstore and what their errors mean. Not: what an object is for. Credentials, endpoint and
region are obstore's to find in the environment, by the names that AWS, Google and Azure gave them; we never see them.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assets.errors import WarehouseUnusable
from assets.warehouse.storage.errors import Absent, Outpaced, meaning

if TYPE_CHECKING:
    from obstore import UpdateVersion

_PART = 8 << 20  # bytes of a part of a large upload: 10,000 parts are the most a store takes
_PARTS_IN_FLIGHT = 4
_WAIT = timedelta(
    seconds=30
)  # for an answer; after one more try a store that is silent is unreachable: a minute in all
_WHOLE = timedelta(minutes=10)  # for one object, however large


@dataclass(frozen=True)
class Found:
    """What an object said, and as which version of it."""

    content: bytes
    seen: "UpdateVersion"


class Objects:
    """The objects below a URL. Raises WarehouseUnusable, in one line, for whatever the store does not do."""

    def __init__(self, url: str) -> None:
        self._url = url
        try:
            import obstore
            from obstore.store import from_url
        except ModuleNotFoundError:
            raise WarehouseUnusable(f"{url} needs a library: pip install 'cakupan[objectstore]'") from None
        self._obstore = obstore
        with self._explaining():
            self._store = from_url(
                url,
                client_options={
                    "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("true", "1"),
                    "connect_timeout": timedelta(seconds=5),
                    "read_timeout": _WAIT,
                    "timeout": _WHOLE,
                },
                retry_config={"max_retries": 5, "retry_timeout": _WAIT},
            )

    def read(self, name: str) -> Found | None:
        """A small object; None where it is not there."""
        try:
            with self._explaining():
                got = self._obstore.get(self._store, name)
                return Found(bytes(got.bytes()), _seen(got.meta["e_tag"], got.meta["version"]))
        except Absent:
            return None

    def write(self, name: str, content: bytes | Path) -> None:
        """Put an object, from memory or a local file, whatever stood there."""
        with self._explaining():
            self._obstore.put(self._store, name, content, chunk_size=_PART, max_concurrency=_PARTS_IN_FLIGHT)

    def swap(self, name: str, content: bytes, seen: "UpdateVersion | None") -> "UpdateVersion":
        """Put an object if it is still the one that was seen (None: if none is there). Raises Outpaced where it is not."""
        try:
            with self._explaining():
                done = self._obstore.put(self._store, name, content, mode=seen or "create")
                return _seen(done["e_tag"], done["version"])
        except Outpaced:  # or it was us, and the answer got lost: what we swap in is unlike anybody else's
            found = self.read(name)
            if found and found.content == content:
                return found.seen
            raise

    def fetch(self, name: str, target: Path) -> str:
        """Stream an object into a file; returns the SHA-256 of what came. Raises Absent."""
        digest = hashlib.sha256()
        with self._explaining(), target.open("wb") as out:
            for chunk in self._obstore.get(self._store, name).stream(min_chunk_size=_PART):
                out.write(chunk)
                digest.update(chunk)
        return digest.hexdigest()

    def sizes(self, folder: str) -> dict[str, int]:
        """Bytes of everything below a folder, by the names below it."""
        with self._explaining():
            listed = [found for page in self._obstore.list(self._store, folder) for found in page]
        return {found["path"].removeprefix(f"{folder}/"): found["size"] for found in listed}

    def names(self, folder: str) -> list[str]:
        """The objects right below a folder, not those deeper."""
        with self._explaining():
            listed = self._obstore.list_with_delimiter(self._store, folder)["objects"]
        return [found["path"].removeprefix(f"{folder}/") for found in listed]

    def delete(self, names: Iterable[str]) -> None:
        """Remove objects; those that are gone already are no matter."""
        doomed = list(names)
        if doomed:
            with self._explaining():
                self._obstore.delete(self._store, doomed)

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Errors of the library become ours; their own text stays here."""
        from obstore.exceptions import BaseError

        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            raise meaning(error, self._url) from None


def _seen(e_tag: str | None, version: str | None) -> "UpdateVersion":
    """What a store tells of an object's version; it takes no None back."""
    seen: UpdateVersion = {}
    if e_tag:
        seen["e_tag"] = e_tag
    if version:
        seen["version"] = version
    return seen
