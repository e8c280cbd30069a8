"""The object that names the live version of a month in a bucket, and the names of versions.

Belongs here: the content of the pointer. Not here: reading and replacing it (`bucket`).
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from assets.warehouse.storage.object_store import StoredObject
from assets.warehouse.storage.snapshot import KEPT_VERSIONS

if TYPE_CHECKING:
    from obstore import UpdateVersion


@dataclass(frozen=True)
class Pointer:
    """The versions of a month that readers may have open, the live one first. `seen`: the version of the pointer."""

    versions: tuple[str, ...] = ()
    seen: "UpdateVersion | None" = None

    @classmethod
    def from_object(cls, found: StoredObject | None) -> "Pointer":
        """The pointer in the object; an empty pointer for a month without one."""
        if not found:
            return cls()
        content = json.loads(found.content)
        return cls((content["live"], *content["before"]), found.seen)

    def new_version(self) -> str:
        """A unique name for the next version; its number is for people."""
        return f"{version_number(self.versions[0]) + 1 if self.versions else 1}-{uuid4().hex[:12]}"

    def advanced_to(self, version: str) -> "Pointer":
        """The pointer after the version went live."""
        return Pointer((version, *self.versions)[:KEPT_VERSIONS], self.seen)

    def as_json(self) -> bytes:
        """The content of the object."""
        return json.dumps({"live": self.versions[0], "before": self.versions[1:]}).encode()


def pointer_name(table: str, month: str) -> str:
    """The name of the pointer object of a month of a table."""
    return f"{table}/month={month}.json"


def version_number(version: str) -> int:
    """The number at the start of a version's name."""
    return int(version.partition("-")[0])
