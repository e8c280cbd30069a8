"""Publishing: a candidate is built beside, audited, put on disk, journaled and switched to in one rename.

Belongs here: the protocol, and whether there is anything to publish. Where releases stand: `<releases>/<release_id>/`,
`current` → the live one, a journal. A refused or killed publication leaves the live release as it was. Moving the
pointer alone is `switch`.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from assets.disk import fsync
from assets.errors import ReleaseRefused
from assets.progress import Progress
from assets.release import audit
from assets.release.build import build
from assets.release.content import ReleaseContext, ReleaseInputs, read_inputs
from assets.release.database import NAME
from assets.release.hold import accepted_findings
from assets.release.journal import Entry, Journal
from assets.release.lineage import files_digest, journal_entry, next_context, recorded_context
from assets.release.protect import policy
from assets.release.publication import PublicationOptions
from assets.release.revision_log import MANIFEST, read_manifest
from assets.release.switch import current, is_due, lift, switch
from assets.warehouse import Warehouse
from schemas.plausibility import PLAUSIBILITY
from schemas.summaries import SUMMARIES

__all__ = ["PublicationResult", "current", "publish"]


@dataclass(frozen=True)
class PublicationResult:
    """A release and where it stands; `reused` where it stood there before, `waits_until` where it is under embargo."""

    release_id: str
    folder: Path
    status: str
    months: list[str]
    rows: dict[str, int]
    reused: bool
    waits_until: str | None = None


def publish(
    warehouse: Warehouse,
    releases: Path,
    declared: PublicationOptions | None = None,
    *,
    force: bool = False,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> PublicationResult:
    """Publish all months that have every summary. Raises ReleaseRefused with the problems; nothing is switched then.

    A month whose delivery makes figures wrong is refused before anything is built, until `declared` gives a reason.

    What was published of the same content is recognised; `force` builds it again for the same context, and the bytes must
    be the same. A release that waits under embargo is replaced by the next one, which inherits its embargo.
    """
    moment, declared = _milliseconds(now or datetime.now(UTC)), declared or PublicationOptions()
    releases.mkdir(parents=True, exist_ok=True)
    lift(releases, moment)
    months = _complete_months(warehouse)
    content, journal = read_inputs(warehouse, months, policy()), Journal(releases)
    known = _known(journal, content, declared)
    if known:
        context = recorded_context(releases, known)
    else:
        given = accepted_findings(warehouse, releases, months, declared)
        context = next_context(releases, content, declared, moment, given)
    target = releases / context.release_id
    if known is None and target.exists():
        shutil.rmtree(target)  # a run was killed before it could journal it: it was never public
    if not target.exists() or force:
        entry = _make(warehouse, months, target, context, known, progress)
        entry |= {"content": content.digest, "months": content.months}
        if known is None or entry["manifest_sha256"] != known["manifest_sha256"]:
            journal.append("built", context.release_id, **entry)
    due = is_due(context.declared, moment)
    if due:
        switch(releases, context.release_id, "published")
    else:
        target.chmod(0o700)
    return _described(target, reused=known is not None, waits_until=None if due else context.declared.embargo)


def _make(
    warehouse: Warehouse,
    months: list[str],
    target: Path,
    context: ReleaseContext,
    known: Entry | None,
    progress: Progress | None,
) -> Entry:
    """Build, audit and settle the release; what the journal is to say of it. On failure nothing of it stays."""
    for abandoned in target.parent.glob(".candidate-*"):  # a killed run's; the lock keeps living ones apart
        shutil.rmtree(abandoned)
    candidate = target.parent / f".candidate-{uuid4().hex}"
    candidate.mkdir()
    try:
        build(warehouse, months, candidate, policy(), context, progress)
        found = audit.problems(candidate, warehouse, months, policy(), context.superseded)
        if found:
            told = "; ".join(found)
            raise ReleaseRefused(
                f"release {context.release_id} was refused: {told}; the live release is untouched", check="audited"
            )
        _settle(candidate, target, known)
    finally:
        shutil.rmtree(candidate, ignore_errors=True)
    return journal_entry(target, context)


def _known(journal: Journal, content: ReleaseInputs, declared: PublicationOptions) -> Entry | None:
    """The journal's entry of the release that waits, else of the current one, where it says all that is to be said."""
    entry = journal.waiting() or journal.built(journal.current() or "")
    if not entry or entry["content"] != content.digest:
        return None
    is_said = all(entry["statuses"].get(month) == declared.status for month in declared.months if declared.status)
    is_public = entry["release"] == journal.current()
    return entry if is_said and (is_public or declared.embargo in ("", entry["declared"]["embargo"])) else None


def _complete_months(warehouse: Warehouse) -> list[str]:
    """Months with every summary. Raises ReleaseRefused where there is none, or one was not judged as a whole."""
    months = set.intersection(*(set(warehouse.months(table.name)) for table in SUMMARIES))
    if not months:
        raise ReleaseRefused("no month has all its summary tables: run the stages before the release")
    unjudged = sorted(months - set(warehouse.months(PLAUSIBILITY.name)))
    if unjudged:
        raise ReleaseRefused(
            f"the deliveries of {', '.join(unjudged)} were not judged as a whole: run these months again"
        )
    return sorted(months)


def _settle(candidate: Path, target: Path, known: Entry | None) -> None:
    """Put the candidate in its place; a release that stands or stood there is immutable and must be the same."""
    for path in [*sorted(candidate.rglob("*")), candidate]:
        if path.is_file():
            path.chmod(0o444)
        fsync(path)
    if target.exists():
        audited = {NAME, MANIFEST}  # the audit found DuckDB equal to Parquet; its padding may differ
        names = [path.relative_to(candidate) for path in candidate.rglob("*") if path.is_file()]
        differing = [
            name.as_posix()
            for name in names
            if name.as_posix() not in audited and (candidate / name).read_bytes() != (target / name).read_bytes()
        ]
    else:
        differing = ["what the journal remembers"] if known and files_digest(candidate) != known["files_sha256"] else []
    if differing:
        raise ReleaseRefused(
            f"{target.name} was made again and differs in {', '.join(differing)}: the same inputs must give the same bytes"
        )
    if not target.exists():
        os.rename(candidate, target)


def _described(target: Path, *, reused: bool, waits_until: str | None) -> PublicationResult:
    manifest = read_manifest(target)
    status, months = manifest["release"]["status"], sorted(manifest["months"])
    return PublicationResult(target.name, target, status, months, manifest["rows"], reused, waits_until)


def _milliseconds(moment: datetime) -> datetime:
    """As exact as it is written down, so that a release built again has the very same moment."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)
