"""A test that the object store supports conditional writes, on which the storage depends.

Belongs here: the test. If a store accepts the condition and ignores it, two runs can overwrite each other unnoticed.
"""

from contextlib import suppress
from uuid import uuid4

from assets.errors import WarehouseUnusable
from assets.warehouse.storage.errors import PreconditionFailed
from assets.warehouse.storage.object_store import ObjectStore


def require_conditional_writes(objects: ObjectStore, url: str) -> None:
    """Try two writes whose conditions are false. Raises WarehouseUnusable if the store accepts one."""
    name = f".locks/probe-{uuid4().hex}.json"
    try:
        first = objects.put_if_unchanged(name, b"first", None)
        objects.put_if_unchanged(name, b"second", first)
        for outdated in (None, first):
            with suppress(PreconditionFailed):
                objects.put_if_unchanged(name, b"third", outdated)
                raise WarehouseUnusable(
                    f"{url}: the store ignores the conditions of a write (If-None-Match, If-Match), so two runs could "
                    "overwrite each other: use a bucket of another store"
                )
    finally:
        objects.delete([name])
