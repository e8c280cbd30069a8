"""Whether a store keeps the one promise that everything else stands on: a write that is conditional.

Belongs here: trying it. A store that takes the condition and ignores it would let two runs overwrite one another in silence.
"""

from contextlib import suppress
from uuid import uuid4

from assets.errors import WarehouseUnusable
from assets.warehouse.storage.errors import Outpaced
from assets.warehouse.storage.object_store import Objects


def prove_conditions(objects: Objects, url: str) -> None:
    """Write an object twice under conditions that do not hold. Raises WarehouseUnusable where that is let through."""
    name = f".locks/probe-{uuid4().hex}.json"
    try:
        first = objects.swap(name, b"first", None)
        objects.swap(name, b"second", first)
        for outdated in (None, first):
            with suppress(Outpaced):
                objects.swap(name, b"third", outdated)
                raise WarehouseUnusable(
                    f"{url}: the store ignores conditions of a write (If-None-Match, If-Match): two runs could overwrite "
                    "one another; name a bucket of another store"
                )
    finally:
        objects.delete([name])
