"""The journal of releases: one line an event, appended and never changed; the only place where a clock is kept.

Belongs here: writing events and what follows from them: which release waits, which was withdrawn, which was published
last. Not: moving the pointer (`switch`). Events: `built` (a release stands on disk, with what it was made from and the
digest of its manifest), `current` (the pointer moved to it), `withdrawn` (it shall not be public any more).
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assets.disk import fsync

NAME = "journal.jsonl"
CURRENT = "current"
Entry = dict[str, Any]


@dataclass(frozen=True)
class Journal:
    """The journal of the releases in a folder."""

    releases: Path

    def entries(self, *events: str) -> list[Entry]:
        """All entries of these events, oldest first. A last line cut off by a crash never happened."""
        path = self.releases / NAME
        found = []
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if entry.get("event") in events:
                found.append(entry)
        return found

    def append(self, event: str, release_id: str, **more: object) -> None:
        """One line, on disk before the call returns."""
        path = self.releases / NAME
        cut = path.exists() and path.stat().st_size and not path.read_bytes().endswith(b"\n")
        entry = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "event": event,
            "release": release_id,
            **more,
        }
        with path.open("a", encoding="utf-8") as journal:
            journal.write("\n" * bool(cut) + json.dumps(entry) + "\n")
        fsync(path)

    def built(self, release_id: str) -> Entry | None:
        """What a release was built from; the newest such entry."""
        return next((entry for entry in reversed(self.entries("built")) if entry["release"] == release_id), None)

    def current(self) -> str | None:
        """The release that the pointer names, whether its folder is there or not."""
        link = self.releases / CURRENT
        return Path(os.readlink(link)).name if link.is_symlink() else None

    def waiting(self) -> Entry | None:
        """The release that was built last, where it has not been public yet: embargoed, or interrupted before the switch."""
        built = self.entries("built")
        known = {entry["release"] for entry in self.entries("current", "withdrawn")} | {self.current()}
        return built[-1] if built and built[-1]["release"] not in known else None

    def published_last(self) -> str | None:
        """The newest release that was ever public, withdrawn or not."""
        public = {entry["release"] for entry in self.entries("current")} | {self.current()}
        return next((entry["release"] for entry in reversed(self.entries("built")) if entry["release"] in public), None)

    def line(self, release_id: str | None = None) -> list[str]:
        """The release (by default the current one) and those it supersedes, newest first."""
        found: list[str] = []
        name = release_id or self.current()
        while name and name not in found:
            found.append(name)
            name = (self.built(name) or {}).get("supersedes")
        return found

    def withdrawn(self) -> dict[str, Entry]:
        """Releases that were taken back, with the entry that says when and why."""
        line = self.line()
        taken: dict[str, Entry] = {}
        for entry in self.entries("current", "withdrawn"):
            names = [entry["release"]] if entry["event"] == "withdrawn" else entry.get("withdrawn", [])
            taken |= {name: entry for name in names if name not in line}
        return taken
