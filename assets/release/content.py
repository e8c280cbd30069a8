"""What a release is made from, before anything is built: digests by which it is recognised, and its place in the line.

Belongs here: digests of months, code, policy and deliveries, the identity that follows, and the release before. Not:
deciding whether to build (`publish`).
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assets.provenance import code_version, lock_version
from assets.release.protect import Policy
from assets.release.publication import PublicationOptions
from assets.release.vintages import Sources
from assets.warehouse import Warehouse
from schemas import code_lists
from schemas.extracts.catalogue import EXTRACTS, stored_table
from schemas.summaries import SUMMARIES

GEOGRAPHY = ("provinces", "regencies")


@dataclass(frozen=True)
class ReleaseInputs:
    """`digest` of everything that decides the figures, `months`: of each month's summaries, and `sources` apart."""

    digest: str
    months: dict[str, str]
    sources: Sources


@dataclass(frozen=True)
class ReleaseContext:
    """Where a release stands among others, fixed once: building it again for the same place gives the same bytes.

    `superseded` is the release it takes the place of: vintages and history continue from there. `earlier` is the one that
    was published last, which differs where that was withdrawn: readers have seen it, so protection must heed it.
    `withdrawn` are rows of the table `releases`, `accepted` the findings that would hold it, with reasons (`held`).
    """

    release_id: str
    published_at: datetime
    declared: PublicationOptions = field(default_factory=PublicationOptions)
    superseded: Path | None = None
    earlier: Path | None = None
    withdrawn: list[dict[str, Any]] = field(default_factory=list)
    accepted: list[dict[str, Any]] = field(default_factory=list)


def first_context(content: ReleaseInputs) -> ReleaseContext:
    """The place of a release that follows none; published as soon as its newest month is over."""
    newest = max(content.months)
    over = datetime.fromisoformat(f"{newest}-01T00:00:00+00:00") + timedelta(days=31)
    return ReleaseContext(release_id(content, PublicationOptions(), None, None), over)


def release_id(
    content: ReleaseInputs, declared: PublicationOptions, superseded: str | None, earlier: str | None
) -> str:
    """`<reference month>-<digest>`: the same inputs, code, policy, declaration and releases before are the same release."""
    return f"{max(content.months)}-{_digest(content.digest, declared.as_json(), superseded, earlier)[:10]}"


def read_inputs(warehouse: Warehouse, months: list[str], rule: Policy) -> ReleaseInputs:
    """Digests of what the warehouse holds for these months; nothing but stage records is read."""
    sources = Sources(
        code_version("assets.release.publish"),
        lock_version(),
        _digest(asdict(rule))[:16],
        _digest(*(code_lists.codes(name).write_csv() for name in GEOGRAPHY))[:16],
        {month: _delivered(warehouse, month) for month in months},
    )
    by_month = {
        month: _digest(*(warehouse.month_metadata(table.name, month)["fingerprint"] for table in SUMMARIES))[:16]
        for month in months
    }
    return ReleaseInputs(_digest(asdict(sources), by_month)[:16], by_month, sources)


def instant(moment: datetime) -> str:
    """A moment as text: UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _delivered(warehouse: Warehouse, month: str) -> str:
    """Digest of the month's delivered files and of those that were announced and missing; their names do not matter."""
    reports = {
        name: warehouse.month_metadata(name, month).get("report") for name in (stored_table(e).name for e in EXTRACTS)
    }
    files = {
        name: [sorted(file["sha256"] for file in report["files"]), sorted(report["missing"])]
        for name, report in reports.items()
        if report
    }
    return _digest(files)[:16]


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
