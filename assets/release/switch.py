"""The pointer `current`: moving it forward, at the end of an embargo, and back.

Belongs here: every move of the pointer, each in one rename and with a line in the journal. Not: building what it points to.
"""

from datetime import UTC, datetime
from pathlib import Path

from assets.disk import replace_symlink
from assets.errors import ReleaseRefused
from assets.release.journal import CURRENT, Journal
from assets.release.publication import PublicationOptions
from assets.release.verify import problems


def current(releases: Path) -> Path:
    """The folder of the live release, resolved once so that a reader stays with it. Raises ReleaseRefused."""
    link = releases / CURRENT
    if not link.exists():
        waiting = Journal(releases).waiting()
        waits = f": {waiting['release']} waits until {waiting['declared']['embargo']}" if waiting else ""
        raise ReleaseRefused(f"nothing has been released yet{waits or ': run `cakupan run --month YYYY-MM`'}")
    return link.resolve()


def switch(releases: Path, release_id: str, reason: str, withdrawn: list[str] | None = None) -> None:
    """Let `current` name the release, and say so in the journal unless it does already."""
    journal, target = Journal(releases), releases / release_id
    moved = journal.entries("current")
    if journal.current() == release_id and moved and moved[-1]["release"] == release_id:
        return
    target.chmod(0o755)
    replace_symlink(releases / CURRENT, target)
    journal.append("current", release_id, reason=reason, **({"withdrawn": withdrawn} if withdrawn else {}))


def is_due(declared: PublicationOptions, now: datetime) -> bool:
    """Whether nothing keeps the release from being public."""
    return declared.embargo_until is None or declared.embargo_until <= now


def lift(releases: Path, now: datetime | None = None) -> str | None:
    """Switch to the release that waits, if its embargo is over; its name, or None where none is due."""
    waiting = Journal(releases).waiting()
    if not waiting or not is_due(PublicationOptions.from_json(waiting["declared"]), now or datetime.now(UTC)):
        return None
    release_id = str(waiting["release"])
    if not (releases / release_id).exists():
        return None
    switch(releases, release_id, "embargo lifted" if waiting["declared"]["embargo"] else "published")
    return release_id


def roll_back(releases: Path, release_id: str | None, reason: str) -> str:
    """Withdraw what waits, or go back to another release (by default the one before); says what was done.

    Releases of the line that the pointer leaves behind are withdrawn: their figures are in no later release. Raises
    ReleaseRefused where there is nothing to go back to, or what is there is not as it was published.
    """
    journal = Journal(releases)
    if not reason.strip():
        raise ReleaseRefused("say why with --reason: the journal and later releases repeat it")
    waiting = journal.waiting()
    if waiting:
        journal.append("withdrawn", waiting["release"], reason=reason)
        if release_id in (None, waiting["release"]):
            return f"{waiting['release']} will not be published; current is {journal.current() or 'nothing yet'}"
    line = journal.line()
    target = release_id or (line[1] if len(line) > 1 else None)
    if target is None:
        raise ReleaseRefused("there is no release before the current one to go back to")
    _refuse_unfit(journal, releases, target)
    switch(releases, target, reason, withdrawn=[name for name in line if name not in journal.line(target)])
    return f"current is {target}"


def _refuse_unfit(journal: Journal, releases: Path, target: str) -> None:
    if target not in {entry["release"] for entry in journal.entries("current")}:
        raise ReleaseRefused(f"{target} is no release that was ever public: see `cakupan releases`")
    found = problems(releases / target)
    if found:
        raise ReleaseRefused(f"{target} is not as it was published: {'; '.join(found[:3])}; restore it from a copy")
