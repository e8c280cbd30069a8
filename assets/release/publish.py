"""Publishing: a candidate is built beside, audited, put on disk and switched to in one rename.

Belongs here: the protocol, and where releases stand: `<releases>/<release_id>/`, `current` → the newest, a journal.
A refused or killed publication leaves the live release as it was.
"""

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from assets.errors import ReleaseRefused
from assets.release import audit
from assets.release.build import build, release_id
from assets.release.database import NAME
from assets.release.protect import policy
from assets.warehouse import Warehouse, fsync, point
from schemas.summaries import SUMMARIES

CURRENT = "current"
JOURNAL = "journal.jsonl"


@dataclass(frozen=True)
class Published:
    """A release and where it stands; `reused` where it stood there before."""

    release_id: str
    folder: Path
    months: list[str]
    rows: dict[str, int]
    reused: bool


def publish(warehouse: Warehouse, releases: Path, *, force: bool = False) -> Published:
    """Publish all months that have every summary. Raises ReleaseRefused with the problems; nothing is switched then."""
    months = _complete_months(warehouse)
    identity = release_id(warehouse, months, policy())
    target = releases / identity
    if target.exists() and not force:
        _switch(releases, target)
        return _described(target, reused=True)
    releases.mkdir(parents=True, exist_ok=True)
    for abandoned in releases.glob(".candidate-*"):  # a killed run's; the lock keeps living ones apart
        shutil.rmtree(abandoned)
    candidate = releases / f".candidate-{uuid4().hex}"
    candidate.mkdir()
    try:
        build(warehouse, months, candidate, policy(), _earlier(releases))
        found = audit.problems(candidate, warehouse, months, policy())
        if found:
            raise ReleaseRefused(f"release {identity} was refused: {'; '.join(found)}; the live release is untouched")
        _settle(candidate, target)
    finally:
        shutil.rmtree(candidate, ignore_errors=True)
    _switch(releases, target)
    return _described(target, reused=False)


def current(releases: Path) -> Path:
    """The folder of the live release, resolved once so that a reader stays with it. Raises ReleaseRefused."""
    link = releases / CURRENT
    if not link.exists():
        raise ReleaseRefused("nothing has been released yet: run `cakupan run --month YYYY-MM`")
    return link.resolve()


def _earlier(releases: Path) -> Path | None:
    """The release that readers have now, and compare the new one with."""
    link = releases / CURRENT
    return link.resolve() if link.exists() else None


def _complete_months(warehouse: Warehouse) -> list[str]:
    months = set.intersection(*(set(warehouse.months(table.name)) for table in SUMMARIES))
    if not months:
        raise ReleaseRefused("no month has all its summary tables: run the stages before the release")
    return sorted(months)


def _settle(candidate: Path, target: Path) -> None:
    """Put the candidate in its place; a release that is there already is immutable and must be the same."""
    for path in [*sorted(candidate.rglob("*")), candidate]:
        if path.is_file():
            path.chmod(0o444)
        fsync(path)
    if not target.exists():
        os.rename(candidate, target)
        return
    audited = {NAME, "manifest.json"}  # the audit found DuckDB equal to Parquet; its padding may differ
    files = [
        path.relative_to(candidate) for path in candidate.rglob("*") if path.is_file() and path.name not in audited
    ]
    differing = [name.as_posix() for name in files if (candidate / name).read_bytes() != (target / name).read_bytes()]
    if differing:
        raise ReleaseRefused(
            f"{target.name} was made again and differs in {', '.join(differing)}: the same inputs must give the same bytes"
        )


def _switch(releases: Path, target: Path) -> None:
    link = releases / CURRENT
    if link.exists() and link.resolve() == target.resolve():
        return
    point(link, target)
    entry = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "current": target.name}
    with (releases / JOURNAL).open("a", encoding="utf-8") as journal:
        journal.write(json.dumps(entry) + "\n")
    fsync(releases / JOURNAL)


def _described(target: Path, *, reused: bool) -> Published:
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return Published(target.name, target, sorted(manifest["months"]), manifest["rows"], reused)
