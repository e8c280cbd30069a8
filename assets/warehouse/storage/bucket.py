"""The warehouse in a bucket of an object store.

The objects below `.store/<table>/<month>/<version>/` are one version of a month. They are written once, under a unique
name. The object `<table>/month=<month>.json` points to the live version. A run replaces this pointer last, and only if
it has not changed since the run began. A reader therefore sees the old month or the new one, and only one of two writers
succeeds. A killed run leaves objects that no pointer names; the next writer of that month removes them.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

from assets.errors import MonthRefused, WarehouseUnusable
from assets.warehouse.storage.cache import Cache
from assets.warehouse.storage.conditional_writes import require_conditional_writes
from assets.warehouse.storage.errors import ObjectNotFound, PreconditionFailed
from assets.warehouse.storage.lease import Lease, hold_lease
from assets.warehouse.storage.object_store import ObjectStore
from assets.warehouse.storage.pointer import Pointer, pointer_name, version_number
from assets.warehouse.storage.snapshot import (
    METADATA_FILE,
    MonthMetadata,
    missing_file,
    missing_month,
    parquet_names,
    to_json,
)
from assets.warehouse.storage.upload import PARALLEL_TRANSFERS, IncompleteUpload, upload_files


class BucketStorage:
    """Months of tables below `url`; see `Storage` for its guarantees."""

    def __init__(self, url: str, cache: Path) -> None:
        self._url, self._objects, self._cache = url, ObjectStore(url), Cache(cache, url)
        self._started: dict[Path, Pointer] = {}
        self._leases: list[Lease] = []
        self._is_checked = False

    @property
    def scratch_dir(self) -> Path:
        """The private cache."""
        return self._cache.create()

    def months(self, table: str) -> list[str]:
        """The months a table has, in order."""
        names = (name for name in self._objects.names(table) if name.startswith("month="))
        return sorted(name.removeprefix("month=").removesuffix(".json") for name in names)

    def metadata(self, table: str, month: str) -> MonthMetadata:
        """The record of a month; empty if there is none."""
        pointer = self._pointer(table, month)
        return self._record(table, month, pointer.versions[0]) if pointer.versions else {}

    def files(self, table: str, month: str) -> list[Path]:
        """Local copies of the month's Parquet files. Raises MonthRefused if one is missing or differs from its record."""
        version, record = self._live(table, month)
        folder = self._cache.folder(table, month, version)

        def copy(name: str) -> Path:
            try:
                return self._cache.fetch(self._objects, folder / name, record["files"][name])
            except ObjectNotFound:
                raise missing_file(table, month, name) from None

        with ThreadPoolExecutor(PARALLEL_TRANSFERS) as pool:
            return list(pool.map(copy, parquet_names(record["files"])))

    def uris(self, table: str, month: str) -> list[str]:
        """URLs of the same files in the bucket. Compares their sizes with the record; fetches nothing."""
        version, record = self._live(table, month)
        folder = self._cache.folder(table, month, version)
        names, sizes = parquet_names(record["files"]), self._objects.sizes(self._object(folder))
        for name in names:
            if sizes.get(name) != record["files"][name]["bytes"]:
                raise missing_file(table, month, name)
        return [self.uri(folder / name) for name in names]

    def uri(self, path: Path) -> str:
        """The URL in the bucket of a path in the cache."""
        return f"{self._url}/{self._object(path)}"

    def table_location(self, table: str) -> str:
        """The URL of all versions of a table."""
        return f"{self._url}/.store/{table}"

    @contextmanager
    def candidate(self, table: str, month: str, *, private: bool) -> Iterator[Path]:
        """A new folder in the private cache. Removes first what a killed run left of the month."""
        pointer = self._pointer(table, month)
        self._sweep(table, month, pointer)
        folder = self._cache.folder(table, month, pointer.new_version())
        self._cache.create()
        folder.mkdir(parents=True, mode=0o700)
        self._started[folder] = pointer
        try:
            yield folder
        finally:
            if self._started.pop(folder, None):
                shutil.rmtree(folder, ignore_errors=True)
                with suppress(WarehouseUnusable):  # the next writer of the month tries again
                    self._remove(self._object(folder))

    def promote(self, table: str, month: str, candidate: Path, record: Mapping[str, object]) -> None:
        """Upload the candidate, list all of its objects in the record, and replace the pointer last.

        Files that an engine wrote there itself are listed with their size, without a digest. Raises MonthRefused if an
        upload is incomplete, or another run promoted the month first.
        """
        before = self._started[candidate]
        try:
            files = upload_files(self._objects, candidate, self._object(candidate))
        except IncompleteUpload as incomplete:
            raise missing_file(table, month, incomplete.name) from None
        (candidate / METADATA_FILE).write_text(to_json({**record, "files": files}), encoding="utf-8")
        self._objects.write(f"{self._object(candidate)}/{METADATA_FILE}", candidate / METADATA_FILE)
        for lease in self._leases:
            lease.require_valid()
        after = before.advanced_to(candidate.name)
        # From here on the candidate may be live, even if the store's answer is lost: remove nothing of it.
        del self._started[candidate]
        try:
            self._objects.put_if_unchanged(pointer_name(table, month), after.as_json(), before.seen)
        except PreconditionFailed:
            self._started[candidate] = before
            raise MonthRefused(f"another run wrote {table} of {month} at the same time: run that month again") from None
        dropped = set(before.versions) - set(after.versions)
        self._cache.drop(table, month, dropped)
        with suppress(WarehouseUnusable):  # the next writer of the month tries again
            for version in dropped:
                self._remove(self._object(self._cache.folder(table, month, version)))

    def put_if_absent(self, name: str, text: str) -> str:
        """Write the text as an object unless the object exists. Returns the text of the object."""
        try:
            self._objects.put_if_unchanged(name, text.encode("ascii"), None)
        except PreconditionFailed:
            found = self._objects.read(name)
            return found.content.decode("ascii") if found else ""
        return text

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Be the only run on any machine to write `name`. Raises WarehouseUnusable if the store cannot guarantee that."""
        if not self._is_checked:
            require_conditional_writes(self._objects, self._url)
            self._is_checked = True
        with hold_lease(self._objects, name) as lease:
            self._leases.append(lease)
            try:
                yield
            finally:
                self._leases.remove(lease)

    def _pointer(self, table: str, month: str) -> Pointer:
        return Pointer.from_object(self._objects.read(pointer_name(table, month)))

    def _live(self, table: str, month: str) -> tuple[str, MonthMetadata]:
        """The live version and its record. Raises MonthRefused if the month was never promoted."""
        pointer = self._pointer(table, month)
        if not pointer.versions:
            raise missing_month(table, month)
        return pointer.versions[0], self._record(table, month, pointer.versions[0])

    def _record(self, table: str, month: str, version: str) -> MonthMetadata:
        path = self._cache.folder(table, month, version) / METADATA_FILE
        if not path.is_file():  # this machine sees the version for the first time: drop the older ones of its cache
            cached = self._cache.versions(table, month)
            self._cache.drop(table, month, (old for old in cached if version_number(old) < version_number(version) - 1))
        try:
            return cast(MonthMetadata, json.loads(self._cache.fetch(self._objects, path).read_text(encoding="utf-8")))
        except ObjectNotFound:
            raise missing_file(table, month, METADATA_FILE) from None

    def _object(self, path: Path) -> str:
        """The name of the object that a path in the cache is a copy of."""
        return f".store/{self._cache.name(path)}"

    def _sweep(self, table: str, month: str, pointer: Pointer) -> None:
        """Remove every version of the month that the pointer does not name, from the cache and from the bucket."""
        self._cache.drop(table, month, set(self._cache.versions(table, month)) - set(pointer.versions))
        store = f".store/{table}/{month}"
        names = self._objects.sizes(store)
        self._objects.delete(f"{store}/{name}" for name in names if name.partition("/")[0] not in pointer.versions)

    def _remove(self, prefix: str) -> None:
        self._objects.delete(f"{prefix}/{name}" for name in self._objects.sizes(prefix))
