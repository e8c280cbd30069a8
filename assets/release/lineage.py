"""Where the next release stands among those before it, and what the journal keeps so that it can be built again there.

Belongs here: finding the context, and writing it down. Not: the protocol (`publish`), moving the pointer (`switch`).
"""

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from assets.errors import ReleaseRefused
from assets.release.content import ReleaseContext, ReleaseInputs, instant, release_id
from assets.release.database import NAME
from assets.release.hold import Accepted
from assets.release.journal import Entry, Journal
from assets.release.publication import PublicationOptions
from assets.release.revision_log import MANIFEST, manifest_digest, read_manifest

TICK = timedelta(milliseconds=1)  # no two releases of a line are published at one moment


def next_context(
    releases: Path,
    content: ReleaseInputs,
    declared: PublicationOptions,
    now: datetime,
    accepted: list[Accepted] | None = None,
) -> ReleaseContext:
    """After the current release. Raises ReleaseRefused where the embargo is over, or withdrawn figures would come back."""
    journal = Journal(releases)
    waiting = journal.waiting()
    if waiting and not declared.embargo:
        declared = declared.under(waiting["declared"]["embargo"], waiting["declared"]["embargo_zone"])
    if declared.embargo_until and declared.embargo_until <= now:
        raise ReleaseRefused(f"the embargo until {declared.embargo} is over: leave it out to publish at once")
    _refuse_withdrawn(journal, content, declared)
    superseded = _followed(releases, journal.current())
    last = journal.published_last()
    earlier = _followed(releases, last) if last and (releases / last).exists() else superseded
    after = datetime.fromisoformat(read_manifest(superseded)["release"]["published_at"]) + TICK if superseded else now
    identity = release_id(content, declared, *(folder.name if folder else None for folder in (superseded, earlier)))
    published_at = declared.embargo_until or max(now, after)
    return ReleaseContext(identity, published_at, declared, superseded, earlier, _withdrawn(journal), accepted or [])


def recorded_context(releases: Path, entry: Entry) -> ReleaseContext:
    """The place that the release had when it was first built."""
    superseded, earlier = (_followed(releases, entry[name]) for name in ("supersedes", "follows"))
    declared, published_at = (
        PublicationOptions.from_json(entry["declared"]),
        datetime.fromisoformat(entry["published_at"]),
    )
    return ReleaseContext(
        entry["release"], published_at, declared, superseded, earlier, entry["withdrawn"], entry.get("accepted", [])
    )


def journal_entry(folder: Path, context: ReleaseContext) -> Entry:
    """What the journal keeps of a release that was built: its context, what it is, and the digest of its manifest."""
    manifest = read_manifest(folder)
    superseded, earlier = context.superseded, context.earlier
    return {
        "supersedes": superseded.name if superseded else None,
        "follows": earlier.name if earlier else None,
        "published_at": instant(context.published_at),
        "declared": context.declared.as_json(),
        "withdrawn": context.withdrawn,
        "accepted": context.accepted,
        "statuses": {month: entry["status"] for month, entry in manifest["months"].items()},
        "vintages": {month: entry["vintage"] for month, entry in manifest["months"].items()},
        "about": manifest["release"],
        "manifest_sha256": manifest_digest(folder),
        "files_sha256": files_digest(folder),
    }


def files_digest(folder: Path) -> str:
    """Digest of all files but the database, whose padding may differ, and the manifest, which has the database's digest."""
    files = {entry["name"]: entry["sha256"] for entry in read_manifest(folder)["files"] if entry["name"] != NAME}
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def _followed(releases: Path, name: str | None) -> Path | None:
    """The folder of a release that another one follows; None where it is of a time before releases knew vintages."""
    if name is None:
        return None
    folder = releases / name
    if not (folder / MANIFEST).exists():
        raise ReleaseRefused(
            f"release {name} is not in {releases.name}, and the next one follows it: put its folder back"
        )
    return folder if "release" in read_manifest(folder) else None


def _refuse_withdrawn(journal: Journal, content: ReleaseInputs, declared: PublicationOptions) -> None:
    """Months that are as in a release that was taken back must not come back by themselves."""
    live = (journal.built(journal.current() or "") or {}).get("months", {})
    for name, taken in journal.withdrawn().items():
        months = (journal.built(name) or {}).get("months", {})
        same = [month for month in content.months if live.get(month) != content.months[month] == months.get(month)]
        if same and not declared.reason:
            raise ReleaseRefused(
                f"{', '.join(same)} would be published as in {name}, which was withdrawn ({taken['reason']}): deliver what "
                "was wrong again and run it, or say with --reason why it is right after all"
            )


def _withdrawn(journal: Journal) -> list[dict[str, Any]]:
    """Lines of the registry for releases that were public and were taken back, as plain text."""
    public = {entry["release"] for entry in journal.entries("current")}
    taken = {name: entry for name, entry in journal.withdrawn().items() if name in public}
    built = {name: journal.built(name) for name in taken}
    return [
        entry["about"]
        | {"sequence": None, "withdrawn_at": taken[name]["at"], "withdrawn_because": taken[name]["reason"]}
        | {"manifest_sha256": entry["manifest_sha256"]}
        for name, entry in sorted(built.items())
        if entry
    ]
