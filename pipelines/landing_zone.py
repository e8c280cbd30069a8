"""The state of the landing zone: for each folder, a complete month, a month with files that are missing, or no month.

Belongs here: reading that state, and which months must run because a delivery that they read is new. Not: Dagster
(`defs`), the content of a file.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from assets.coverage.dependence import deliveries_read, digest
from assets.errors import DeliveryRefused
from assets.ingest.delivery import MANIFEST, awaited, read_manifest
from assets.partitions import MONTHS
from schemas.extracts.catalogue import BY_NAME, stored_table

_SHOWN = 3
Contents = dict[str, dict[str, str]]  # month → stored table of an extract → digest of its files as announced


@dataclass(frozen=True)
class Landed:
    """`complete`: month → digest of its manifest. `waiting`: month → reason. `invalid`: folder → reason."""

    complete: dict[str, str] = field(default_factory=dict)
    contents: Contents = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    invalid: dict[str, str] = field(default_factory=dict)

    def messages(self) -> list[str]:
        """One line for each folder that does not run, with the reason."""
        waits = [f"{month} is not complete yet: {why}" for month, why in self.waiting.items()]
        return [*waits, *(f"{folder} is not run: {why}" for folder, why in self.invalid.items())]

    def keys(self, known: Contents) -> dict[str, str]:
        """Complete month → a key that changes with its manifest and with any delivery that its tables are built from.

        `known`: contents of earlier ticks; they are used for a month that is being delivered again, until it is complete.
        """
        contents = {**known, **self.contents}
        names = {name for found in contents.values() for name in found}
        delivered = {name: sorted(month for month, found in contents.items() if name in found) for name in names}
        return {
            month: f"{month}:{own}:{digest(month, delivered, lambda name, of: contents[of].get(name, ''))}"
            for month, own in self.complete.items()
        }


def look(landing: Path, now: datetime | None = None) -> Landed:
    """The state of every folder that is not hidden. A folder that is not a delivery is reported and raises no error."""
    seen = Landed()
    begun = frozenset(MONTHS.get_partition_keys(current_time=now))
    for folder in sorted(path for path in landing.glob("[!.]*") if path.is_dir()):
        month = folder.name
        if month not in begun:
            seen.invalid[month] = f"it is no month from {min(begun)} to {max(begun)}; name it YYYY-MM, or remove it"
        elif (folder / MANIFEST).exists():
            _look(seen, folder)
        else:
            seen.waiting[month] = f"{MANIFEST} is missing; write it with `cakupan manifest` when all files have landed"
    return seen


def _look(seen: Landed, folder: Path) -> None:
    try:
        missing = awaited(folder)
        manifest = read_manifest(folder) or {}
    except (DeliveryRefused, OSError) as refused:  # of a folder that cannot be read
        seen.waiting[folder.name] = str(refused) if isinstance(refused, DeliveryRefused) else "it cannot be read"
        return
    if missing:
        seen.waiting[folder.name] = waits_for(missing)
        return
    seen.complete[folder.name] = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()[:16]
    seen.contents[folder.name] = _contents(manifest)


def waits_for(names: list[str]) -> str:
    """One line that names the files that have not landed completely."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"waits for {', '.join(names[:_SHOWN])}{more}"


def _contents(manifest: Mapping[str, Any]) -> dict[str, str]:
    lines: dict[str, list[str]] = {}
    for entry in manifest["files"]:
        extract = str(entry["name"]).split("/")[0]
        if extract in BY_NAME:
            lines.setdefault(stored_table(BY_NAME[extract]).name, []).append(f"{entry['name']} {entry['sha256']}")
    return {name: hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()[:16] for name, found in lines.items()}


def followed(month: str, later: list[str], contents: Contents) -> bool:
    """Whether any of the later months has a table that is built from a delivery of the month."""
    names = {name for found in contents.values() for name in found}
    delivered = {name: sorted(of for of, found in contents.items() if name in found) for name in names}
    return any(of == month for each in later for _, of in deliveries_read(each, delivered))


@dataclass
class Cursor:
    """The state of the landing sensor between ticks."""

    contents: Contents = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str | None) -> "Cursor":
        """Read what `as_text` wrote; empty for no cursor, or one of another version."""
        try:
            kept = json.loads(text or "{}")
            return cls(dict(kept["contents"]), dict(kept["keys"]))
        except (ValueError, KeyError, TypeError):
            return cls()

    def as_text(self) -> str:
        """For the next tick."""
        return json.dumps({"contents": self.contents, "keys": self.keys}, sort_keys=True)
