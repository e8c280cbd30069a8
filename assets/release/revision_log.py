"""What a release says of its own making: which rows it changes, under which vintages, and what it replaces.

Belongs here: comparing the protected tables with the release before, refusing what nobody explained, and writing history
and registry beside the tables. Not: how rows are compared, kept or counted (`changes`, `history`, `vintages`).
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from assets.errors import ReleaseRefused
from assets.release.changes import changes, released_tables
from assets.release.content import ReleaseContext
from assets.release.history import FOLDER, History
from assets.release.revisions import describe_unexplained
from assets.release.vintages import Registry, Sources, month_rows, release_row
from schemas.months import first_day

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class RevisionLog:
    """History and registry up to this release, and its own line."""

    history: History
    registry: Registry
    own: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Into the release folder."""
        (folder / FOLDER).mkdir()
        self.history.write(folder)
        self.registry.write(folder)

    def month(self, month: str) -> dict[str, Any]:
        """Vintage, status and reason of a month, and the release in which they began; for the manifest."""
        row = self.registry.latest()[first_day(month)]
        named = {name: row[name] for name in ("vintage", "status", "reason_class", "reason", "inputs_hash")}
        return named | {"since": row["release_id"]}


def build_revision_log(frames: dict[str, pl.DataFrame], sources: Sources, context: ReleaseContext) -> RevisionLog:
    """Compare with the release before. Raises ReleaseRefused where published figures changed and nobody said why."""
    before = context.superseded
    manifest = read_manifest(before) if before else None
    registry = Registry.read(before, Sources(**manifest["sources"]) if manifest else None)
    changed = changes(released_tables(before) if before else {}, frames)
    if not context.declared.reason:
        _refuse_unexplained(
            describe_unexplained(changed, [first_day(month) for month in manifest["months"]] if manifest else [])
        )
    months = month_rows(changed, sources, registry, context.declared, context.release_id)
    sequence = registry.sequence + 1
    own = release_row(context.release_id, sequence, months, sources, context.published_at) | {
        "supersedes": before.name if before else None,
        "embargo_until": context.declared.embargo_until,
    }
    followed = registry.extended(own, months, context.withdrawn, manifest_digest(before) if before else "")
    return RevisionLog(History.read(before).extended(changed, context.release_id, sequence), followed, own)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a release."""
    return dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))


def manifest_digest(folder: Path) -> str:
    """The digest that stands for the whole release: its manifest has those of all files."""
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def _refuse_unexplained(found: str) -> None:
    if found:
        raise ReleaseRefused(
            f"published figures changed and nobody said why: {found}; the live release is untouched. Look at the deliveries "
            'of these months (cakupan status), then say why: cakupan run --month YYYY-MM --reason "…"'
        )
