"""The journal of releases and the pointer `current`: which release is public, which waits, which was withdrawn.

Belongs here: reading and appending events, and moving the pointer in one rename. The journal has one line per event; lines
are appended and never changed. It is the only file with times of the clock. Not: when the pointer moves (`publish`).
"""

import json
import os
import pwd
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from assets.disk import fsync, replace_symlink
from assets.errors import ReleaseRefused
from assets.release.layout import CURRENT, current_folder
from assets.release.publication import PublicationOptions
from assets.release.published_release import AcceptedFinding, Instant, PublishedRelease, Record, ReleaseRow, instant

JOURNAL = "journal.jsonl"


class Built(Record):
    """A release was built and audited: what it was built from, and the digests of its files.

    `supersedes`: the release that its history continues; `follows`: the release that was public last. The two differ where
    that one was withdrawn. `months`: month → digest of its summary tables. `proofs_sha256`: digest of the proofs that are kept
    of the release; `continued_proofs_sha256`: of those of the release that it follows, if it was built with them. Empty: none.
    """

    at: str = ""
    by: str = ""
    event: Literal["built"] = "built"
    release: str
    supersedes: str | None
    follows: str | None
    published_at: Instant
    publication: PublicationOptions = Field(alias="declared")
    withdrawn: list[ReleaseRow]
    accepted: list[AcceptedFinding] = Field(default_factory=list)
    statuses: dict[str, str]
    vintages: dict[str, int]
    row: ReleaseRow = Field(alias="about")
    manifest_sha256: str
    files_sha256: str
    content: str
    months: dict[str, str]
    proofs_sha256: str = ""
    continued_proofs_sha256: str = ""


class Switched(Record):
    """The pointer moved to the release. `withdrawn`: releases that a rollback left behind."""

    at: str = ""
    by: str = ""
    event: Literal["current"] = "current"
    release: str
    reason: str
    withdrawn: list[str] = Field(default_factory=list)


class Withdrawn(Record):
    """A release was withdrawn before it was public."""

    at: str = ""
    by: str = ""
    event: Literal["withdrawn"] = "withdrawn"
    release: str
    reason: str


Event = Built | Switched | Withdrawn
EventKind = TypeVar("EventKind", Built, Switched, Withdrawn)
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])
_EVENTS = ("built", "current", "withdrawn")


@dataclass(frozen=True)
class Journal:
    """The journal of the folder of an edition's releases."""

    releases: Path

    def events(self) -> list[Event]:
        """All events, oldest first. A last line that a crash cut off is left out.

        Raises ReleaseRefused if a complete line is not an event of a release.
        """
        path = self.releases / JOURNAL
        found = []
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        for number, line in enumerate(lines, start=1):
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if entry.get("event") not in _EVENTS:
                continue
            try:
                found.append(_EVENT.validate_python(entry))
            except ValidationError:
                raise ReleaseRefused(
                    f"line {number} of {JOURNAL} is damaged: restore the journal from a copy"
                ) from None
        return found

    def of_kind(self, kind: type[EventKind]) -> list[EventKind]:
        """All events of one kind, oldest first."""
        return [event for event in self.events() if isinstance(event, kind)]

    def append(self, event: Event) -> None:
        """Write one line with the time of the clock and the user; it is on disk before the call returns."""
        path = self.releases / JOURNAL
        is_new = not path.exists()
        is_cut_off = not is_new and path.stat().st_size and not path.read_bytes().endswith(b"\n")
        entry = {"at": instant(datetime.now(UTC)), "by": _user(), "event": event.event} | event.as_json()
        with path.open("a", encoding="utf-8") as journal:
            if is_new:  # the readers of the folder may read it, with any umask
                path.chmod(0o600 | self.releases.stat().st_mode & 0o044)
            journal.write("\n" * bool(is_cut_off) + json.dumps(entry) + "\n")
        fsync(path)

    def built(self, release_id: str | None) -> Built | None:
        """The newest event about the build of the release."""
        return next((event for event in reversed(self.of_kind(Built)) if event.release == release_id), None)

    def current(self) -> str | None:
        """The release that the pointer names, whether its folder exists or not."""
        link = self.releases / CURRENT
        return Path(os.readlink(link)).name if link.is_symlink() else None

    def waiting(self) -> Built | None:
        """The release that was built last, where it was never public: it is under embargo, or its run was killed."""
        built = self.of_kind(Built)
        known = {event.release for event in self.events() if not isinstance(event, Built)} | {self.current()}
        return built[-1] if built and built[-1].release not in known else None

    def ever_public(self) -> set[str]:
        """Releases that the pointer named at some time."""
        return {event.release for event in self.of_kind(Switched)}

    def published_last(self) -> str | None:
        """The newest release that was ever public, withdrawn or not."""
        public = {*self.ever_public(), self.current()}
        return next((event.release for event in reversed(self.of_kind(Built)) if event.release in public), None)

    def lineage(self, release_id: str | None = None) -> list[str]:
        """The release (by default the current one) and those it supersedes, newest first."""
        supersedes = {event.release: event.supersedes for event in self.of_kind(Built)}
        found: list[str] = []
        name = release_id or self.current()
        while name and name not in found:
            found.append(name)
            name = supersedes.get(name)
        return found

    def withdrawn(self) -> dict[str, Switched | Withdrawn]:
        """Withdrawn releases, with the event that has time and reason."""
        lineage = self.lineage()
        found: dict[str, Switched | Withdrawn] = {}
        for event in self.events():
            if not isinstance(event, Built):
                names = [event.release] if isinstance(event, Withdrawn) else event.withdrawn
                found |= {name: event for name in names if name not in lineage}
        return found

    def switch(self, release_id: str, reason: str, withdrawn: list[str] | None = None) -> None:
        """Move the pointer to the release and record it, unless both are done already."""
        moves = self.of_kind(Switched)
        if self.current() == release_id and moves and moves[-1].release == release_id:
            return
        target = self.releases / release_id
        target.chmod(PublishedRelease(target).edition.folder_mode)
        replace_symlink(self.releases / CURRENT, target)
        self.append(Switched(release=release_id, reason=reason, withdrawn=withdrawn or []))


def current_release(releases: Path) -> PublishedRelease:
    """The current release of an edition's folder, resolved once so that a reader stays with it. Raises ReleaseRefused."""
    folder = current_folder(releases)
    if folder is None:
        waiting = Journal(releases).waiting()
        if waiting:
            raise ReleaseRefused(
                f"no {releases.name} release yet: {waiting.release} waits until {waiting.publication.embargo}"
            )
        raise ReleaseRefused(f"no {releases.name} release yet: run `cakupan run --month YYYY-MM`")
    return PublishedRelease(folder)


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container, a user without a name
        return str(os.getuid())
