"""A lock in a bucket: an object that says who writes, and until when; renewed while the work goes on.

Belongs here: taking, renewing, losing and giving back. A run that is killed no longer renews, and its lock is free
`SECONDS + SKEW_SECONDS` later: the clocks of machines that write one warehouse must agree to within SKEW_SECONDS.
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
from assets.warehouse.storage.errors import Outpaced
from assets.warehouse.storage.object_store import Objects

if TYPE_CHECKING:
    from obstore import UpdateVersion

SECONDS = 60
RENEWED_EVERY = 15
SKEW_SECONDS = 20


class Lease:
    """The right to be the only run to write `name`, for a while at a time."""

    def __init__(self, objects: Objects, name: str) -> None:
        self._objects, self._name = objects, name
        self._object, self._owner = f".locks/{name}.json", uuid4().hex
        self._seen: UpdateVersion | None = None
        self._sure_until = 0.0

    def take(self) -> None:
        """Raises MonthRefused where another run has it and is not long overdue."""
        found = self._objects.read(self._object)
        if found and time.time() < json.loads(found.content)["until"] + SKEW_SECONDS:
            raise locked_by_another(self._name)
        try:
            self._extend(found.seen if found else None)
        except Outpaced:
            raise locked_by_another(self._name) from None

    def renew_until(self, ended: Event) -> None:
        """Renew now and then; a store that is away for a moment is asked again, a lock that was lost is not."""
        while not ended.wait(RENEWED_EVERY):
            with suppress(WarehouseUnusable):
                try:
                    self._extend(self._seen)
                except Outpaced:
                    self._sure_until = 0.0
                    return

    def check(self) -> None:
        """Raises MonthRefused unless it is ours for long enough to move a pointer."""
        if time.monotonic() > self._sure_until - SECONDS / 2:
            raise MonthRefused(f"the lock of {self._name} was lost while it was held: nothing was promoted, run again")

    def give_back(self) -> None:
        """Let the next run have it at once; a lock that was lost is not ours to remove."""
        if time.monotonic() < self._sure_until:
            with suppress(WarehouseUnusable):  # then it runs out by itself
                self._objects.delete([self._object])

    def _extend(self, seen: "UpdateVersion | None") -> None:
        asked = time.monotonic()
        content = json.dumps({"owner": self._owner, "until": time.time() + SECONDS, "told": uuid4().hex})
        self._seen = self._objects.swap(self._object, content.encode(), seen)
        self._sure_until = asked + SECONDS


@contextmanager
def leased(objects: Objects, name: str) -> Iterator[Lease]:
    """Hold the lease during the block. Raises MonthRefused where another run has it."""
    lease, ended = Lease(objects, name), Event()
    lease.take()
    renewal = Thread(target=lease.renew_until, args=(ended,), name=f"lease of {name}", daemon=True)
    renewal.start()
    try:
        yield lease
    finally:
        ended.set()
        renewal.join()
        lease.give_back()
