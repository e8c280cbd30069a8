"""A lock in a bucket: an object with an owner and an expiry time, renewed while the run works.

Belongs here: acquiring, renewing, losing and releasing the lock. A killed run stops renewing, and its lock expires
`LEASE_SECONDS + SKEW_SECONDS` later. The clocks of machines that write one warehouse must agree within SKEW_SECONDS.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING
from uuid import uuid4

from assets.disk import locked_by_another
from assets.errors import MonthRefused, WarehouseUnusable
from assets.warehouse.storage.errors import PreconditionFailed
from assets.warehouse.storage.object_store import ObjectStore

if TYPE_CHECKING:
    from obstore import UpdateVersion

LEASE_SECONDS = 60
RENEWAL_SECONDS = 15
SKEW_SECONDS = 20


class Lease:
    """The exclusive right to write `name` for LEASE_SECONDS at a time."""

    def __init__(self, objects: ObjectStore, name: str) -> None:
        self._objects, self._name = objects, name
        self._object, self._owner = f".locks/{name}.json", uuid4().hex
        self._seen: UpdateVersion | None = None
        self._valid_until = 0.0

    def acquire(self) -> None:
        """Acquire the lease. Raises MonthRefused if another run holds a lease that has not expired."""
        found = self._objects.read(self._object)
        if found and time.time() < json.loads(found.content)["until"] + SKEW_SECONDS:
            raise locked_by_another(self._name)
        try:
            self._extend(found.seen if found else None)
        except PreconditionFailed:
            raise locked_by_another(self._name) from None

    def renew_until_ended(self, ended: Event) -> None:
        """Renew every RENEWAL_SECONDS. An unreachable store is tried again; a lost lease is not."""
        while not ended.wait(RENEWAL_SECONDS):
            with suppress(WarehouseUnusable):
                try:
                    self._extend(self._seen)
                except PreconditionFailed:
                    self._valid_until = 0.0
                    return

    def require_valid(self) -> None:
        """Raise MonthRefused unless the lease lasts long enough to replace a pointer."""
        if time.monotonic() > self._valid_until - LEASE_SECONDS / 2:
            raise MonthRefused(f"the lock of {self._name} expired during the run: nothing was promoted, run again")

    def release(self) -> None:
        """Release the lease for the next run. A lost lease may belong to another run and is not removed."""
        if time.monotonic() < self._valid_until:
            with suppress(WarehouseUnusable):  # then it expires by itself
                self._objects.delete([self._object])

    def _extend(self, seen: "UpdateVersion | None") -> None:
        asked = time.monotonic()
        content = json.dumps({"owner": self._owner, "until": time.time() + LEASE_SECONDS, "nonce": uuid4().hex})
        self._seen = self._objects.put_if_unchanged(self._object, content.encode(), seen)
        self._valid_until = asked + LEASE_SECONDS


@contextmanager
def hold_lease(objects: ObjectStore, name: str) -> Iterator[Lease]:
    """Hold the lease during the block. Raises MonthRefused if another run holds it."""
    lease, ended = Lease(objects, name), Event()
    lease.acquire()
    renewal = Thread(target=lease.renew_until_ended, args=(ended,), name=f"lease of {name}", daemon=True)
    renewal.start()
    try:
        yield lease
    finally:
        ended.set()
        renewal.join()
        lease.release()
