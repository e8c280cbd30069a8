"""The object that names the live version of a month in a bucket, and the names of versions.

Belongs here: what the pointer says. Not: reading and swapping it (`bucket`).
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from assets.warehouse.storage.object_store import Found
from assets.warehouse.storage.snapshot import KEPT_VERSIONS

if TYPE_CHECKING:
    from obstore import UpdateVersion


@dataclass(frozen=True)
class Pointer:
    """The versions of a month that readers may have open, the live one first; `seen`: the object that said so."""

    versions: tuple[str, ...] = ()
    seen: "UpdateVersion | None" = None

    @classmethod
    def of(cls, found: Found | None) -> "Pointer":
        """As the object says; of a month that has none, a pointer to nothing."""
        if not found:
            return cls()
        said = json.loads(found.content)
        return cls((said["live"], *said["before"]), found.seen)

    def next(self) -> str:
        """A name for the version after: numbered for people, and like no other."""
        return f"{number(self.versions[0]) + 1 if self.versions else 1}-{uuid4().hex[:12]}"

    def moved(self, version: str) -> "Pointer":
        """The pointer once the version is live."""
        return Pointer((version, *self.versions)[:KEPT_VERSIONS], self.seen)

    def as_json(self) -> bytes:
        """As it stands in the bucket."""
        return json.dumps({"live": self.versions[0], "before": self.versions[1:]}).encode()


def named(table: str, month: str) -> str:
    """The name of the object that points to a month of a table."""
    return f"{table}/month={month}.json"


def number(version: str) -> int:
    """The number that a version's name begins with."""
    return int(version.partition("-")[0])
