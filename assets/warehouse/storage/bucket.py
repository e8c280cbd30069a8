"""The warehouse in a bucket of an object store.

A version of a month is the objects below `.store/<table>/<month>/<version>/`, written once under a name nobody else
uses; the object `<table>/month=<month>.json` names the live one and is swapped last, only if it still is what the run
saw when it began. So a reader sees the old month or the new one, two writers never both win, and a killed run leaves
only objects that no pointer names: the next writer of that month removes them.
"""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from assets.errors import MonthRefused, WarehouseUnusable
from assets.warehouse.storage.cache import Cache
from assets.warehouse.storage.conditional_writes import prove_conditions
from assets.warehouse.storage.errors import Absent, Outpaced
from assets.warehouse.storage.lease import Lease, leased
from assets.warehouse.storage.object_store import Objects
from assets.warehouse.storage.pointer import Pointer, named, number
from assets.warehouse.storage.snapshot import STAGE, Record, as_json, gone, no_month, tables_of
from assets.warehouse.storage.upload import AT_ONCE, NotWhole, uploaded


class Bucket:
    """Months of tables below `url`; its promises are those of `Storage`."""

    def __init__(self, url: str, cache: Path) -> None:
        self._url, self._objects, self._cache = url, Objects(url), Cache(cache, url)
        self._begun: dict[Path, Pointer] = {}
        self._held: list[Lease] = []
        self._is_proven = False

    @property
    def scratch_dir(self) -> Path:
        """The cache, private."""
        return self._cache.private()

    def months(self, table: str) -> list[str]:
        """The months a table has, in order."""
        names = (name for name in self._objects.names(table) if name.startswith("month="))
        return sorted(name.removeprefix("month=").removesuffix(".json") for name in names)

    def metadata(self, table: str, month: str) -> Record:
        """The record kept with a month; empty where there is none."""
        pointer = self._pointer(table, month)
        return self._record(table, month, pointer.versions[0]) if pointer.versions else {}

    def files(self, table: str, month: str) -> list[Path]:
        """Local copies of the month's Parquet files. Raises MonthRefused where one is not there as the record says."""
        version, record = self._live(table, month)
        folder = self._cache.folder(table, month, version)

        def copy(name: str) -> Path:
            try:
                return self._cache.fetched(self._objects, folder / name, record["files"][name])
            except Absent:
                raise gone(table, month, name) from None

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(copy, tables_of(record["files"])))

    def uris(self, table: str, month: str) -> list[str]:
        """The same files as URLs in the bucket; their sizes are looked up, nothing is fetched."""
        version, record = self._live(table, month)
        folder = self._cache.folder(table, month, version)
        names, sizes = tables_of(record["files"]), self._objects.sizes(self._object(folder))
        for name in names:
            if sizes.get(name) != record["files"][name]["bytes"]:
                raise gone(table, month, name)
        return [self.uri(folder / name) for name in names]

    def uri(self, path: Path) -> str:
        """The URL in the bucket."""
        return f"{self._url}/{self._object(path)}"

    def table_location(self, table: str) -> str:
        """The URL below which a table's versions stand."""
        return f"{self._url}/.store/{table}"

    @contextmanager
    def candidate(self, table: str, month: str, *, private: bool) -> Iterator[Path]:
        """A new folder in the cache, private as all of it is. What a killed run left of the month is removed first."""
        pointer = self._pointer(table, month)
        self._sweep(table, month, pointer)
        folder = self._cache.folder(table, month, pointer.next())
        self._cache.private()
        folder.mkdir(parents=True, mode=0o700)
        self._begun[folder] = pointer
        try:
            yield folder
        finally:
            if self._begun.pop(folder, None):
                shutil.rmtree(folder, ignore_errors=True)
                with suppress(WarehouseUnusable):  # else the next writer of the month removes it
                    self._remove(self._object(folder))

    def promote(self, table: str, month: str, candidate: Path, record: Record) -> None:
        """Upload the candidate, list what stands below its URL in the record, and swap the pointer last.

        What an engine wrote there itself is listed with its bytes alone. Raises MonthRefused where an upload arrived
        cut short, or another run has been faster.
        """
        before = self._begun[candidate]
        try:
            files = uploaded(self._objects, candidate, self._object(candidate))
        except NotWhole as short:
            raise gone(table, month, short.name) from None
        (candidate / STAGE).write_text(as_json(record | {"files": files}), encoding="utf-8")
        self._objects.write(f"{self._object(candidate)}/{STAGE}", candidate / STAGE)
        for lease in self._held:
            lease.check()
        after = before.moved(candidate.name)
        del self._begun[candidate]  # from here on it may be live, even where no answer comes: nothing of it is removed
        try:
            self._objects.swap(named(table, month), after.as_json(), before.seen)
        except Outpaced:
            self._begun[candidate] = before
            raise MonthRefused(f"another run wrote {table} of {month} meanwhile: run that month again") from None
        dropped = set(before.versions) - set(after.versions)
        self._cache.drop(table, month, dropped)
        with suppress(WarehouseUnusable):  # else the next writer of the month removes them
            for version in dropped:
                self._remove(self._object(self._cache.folder(table, month, version)))

    def put_if_absent(self, name: str, text: str) -> str:
        """Keep the text as an object unless there is one; returns what the object says."""
        try:
            self._objects.swap(name, text.encode("ascii"), None)
        except Outpaced:
            found = self._objects.read(name)
            return found.content.decode("ascii") if found else ""
        return text

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Be the only run, on any machine, to write `name`. Raises WarehouseUnusable where the store cannot promise that."""
        if not self._is_proven:
            prove_conditions(self._objects, self._url)
            self._is_proven = True
        with leased(self._objects, name) as lease:
            self._held.append(lease)
            try:
                yield
            finally:
                self._held.remove(lease)

    def _pointer(self, table: str, month: str) -> Pointer:
        return Pointer.of(self._objects.read(named(table, month)))

    def _live(self, table: str, month: str) -> tuple[str, Record]:
        """The live version and its record. Raises MonthRefused where the month was never promoted."""
        pointer = self._pointer(table, month)
        if not pointer.versions:
            raise no_month(table, month)
        return pointer.versions[0], self._record(table, month, pointer.versions[0])

    def _record(self, table: str, month: str, version: str) -> Record:
        path = self._cache.folder(table, month, version) / STAGE
        if not path.is_file():  # a version new to this machine: older ones here are of no more use
            here = self._cache.versions(table, month)
            self._cache.drop(table, month, (old for old in here if number(old) < number(version) - 1))
        try:
            return dict(json.loads(self._cache.fetched(self._objects, path).read_text(encoding="utf-8")))
        except Absent:
            raise gone(table, month, STAGE) from None

    def _object(self, path: Path) -> str:
        """The name of the object that a path in the cache stands for."""
        return f".store/{self._cache.name(path)}"

    def _sweep(self, table: str, month: str, pointer: Pointer) -> None:
        """Remove every version of the month, here and there, that the pointer does not name."""
        self._cache.drop(table, month, set(self._cache.versions(table, month)) - set(pointer.versions))
        store = f".store/{table}/{month}"
        names = self._objects.sizes(store)
        self._objects.delete(f"{store}/{name}" for name in names if name.partition("/")[0] not in pointer.versions)

    def _remove(self, prefix: str) -> None:
        self._objects.delete(f"{prefix}/{name}" for name in self._objects.sizes(prefix))
