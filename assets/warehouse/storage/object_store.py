"""Objects below a URL: read, write, and write only if unchanged. Every failure is one line without a secret.

Belongs here: the calls of obstore. Not here: the purpose of an object. obstore finds credentials, endpoint and region in
the environment, under the names that AWS, Google and Azure gave them; this code never reads them.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from assets import environment
from assets.errors import WarehouseUnusable
from assets.warehouse.storage.errors import ObjectNotFound, PreconditionFailed, translate_error

if TYPE_CHECKING:
    from obstore import UpdateVersion

_PART_BYTES = 8 << 20  # part of a multipart upload: stores accept at most 10,000 parts
_PARTS_IN_FLIGHT = 4
_RESPONSE_TIMEOUT = timedelta(seconds=30)  # with one retry, a silent store counts as unreachable after a minute
_TRANSFER_TIMEOUT = timedelta(minutes=10)  # of one object of any size


@dataclass(frozen=True)
class StoredObject:
    """The content of an object and the version that was read."""

    content: bytes
    seen: "UpdateVersion"


class ObjectStore:
    """The objects below a URL. Every method raises WarehouseUnusable if the store fails."""

    def __init__(self, url: str) -> None:
        self._url = url
        try:
            import obstore
            from obstore.store import from_url
        except ModuleNotFoundError:
            raise WarehouseUnusable(f"{url} needs a library: pip install 'cakupan[objectstore]'") from None
        self._obstore = obstore
        with self._translated_errors():
            self._store = from_url(
                url,
                client_options={
                    "allow_http": environment.read("AWS_ALLOW_HTTP").lower() in ("true", "1"),
                    "connect_timeout": timedelta(seconds=5),
                    "read_timeout": _RESPONSE_TIMEOUT,
                    "timeout": _TRANSFER_TIMEOUT,
                },
                retry_config={"max_retries": 5, "retry_timeout": _RESPONSE_TIMEOUT},
            )

    def read(self, name: str) -> StoredObject | None:
        """A small object; None if it does not exist."""
        try:
            with self._translated_errors():
                got = self._obstore.get(self._store, name)
                return StoredObject(bytes(got.bytes()), _seen(got.meta["e_tag"], got.meta["version"]))
        except ObjectNotFound:
            return None

    def write(self, name: str, content: bytes | Path) -> None:
        """Put an object from memory or a local file; replaces an existing one."""
        with self._translated_errors():
            self._obstore.put(self._store, name, content, chunk_size=_PART_BYTES, max_concurrency=_PARTS_IN_FLIGHT)

    def put_if_unchanged(self, name: str, content: bytes, seen: "UpdateVersion | None") -> "UpdateVersion":
        """Put an object if its version is still `seen` (None: if it does not exist). Else raises PreconditionFailed."""
        try:
            with self._translated_errors():
                done = self._obstore.put(self._store, name, content, mode=seen or "create")
                return _seen(done["e_tag"], done["version"])
        except (
            PreconditionFailed
        ):  # or our own write succeeded and its answer was lost: every content we write is unique
            found = self.read(name)
            if found and found.content == content:
                return found.seen
            raise

    def fetch(self, name: str, target: Path) -> str:
        """Stream an object into a file; returns the SHA-256 of the content. Raises ObjectNotFound."""
        digest = hashlib.sha256()
        with self._translated_errors(), target.open("wb") as out:
            for chunk in self._obstore.get(self._store, name).stream(min_chunk_size=_PART_BYTES):
                out.write(chunk)
                digest.update(chunk)
        return digest.hexdigest()

    def sizes(self, folder: str) -> dict[str, int]:
        """The sizes in bytes of all objects below a folder, by their names relative to it."""
        with self._translated_errors():
            listed = [found for page in self._obstore.list(self._store, folder) for found in page]
        return {found["path"].removeprefix(f"{folder}/"): found["size"] for found in listed}

    def names(self, folder: str) -> list[str]:
        """The names of the objects directly in a folder."""
        with self._translated_errors():
            listed = self._obstore.list_with_delimiter(self._store, folder)["objects"]
        return [found["path"].removeprefix(f"{folder}/") for found in listed]

    def delete(self, names: Iterable[str]) -> None:
        """Remove objects; ignores those that do not exist."""
        names = list(names)
        if names:
            with self._translated_errors():
                self._obstore.delete(self._store, names)

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """Replace errors of the library by our own, without their text."""
        from obstore.exceptions import BaseError

        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            raise translate_error(error, self._url) from None


def _seen(e_tag: str | None, version: str | None) -> "UpdateVersion":
    """The version of an object as obstore accepts it: a missing part is left out, not None."""
    seen: UpdateVersion = {}
    if e_tag:
        seen["e_tag"] = e_tag
    if version:
        seen["version"] = version
    return seen
