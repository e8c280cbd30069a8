"""The next release among the releases before it: its inputs, its identity, and the releases that it follows.

Belongs here: digests of what a release is built from, the context that it is built for, and what the journal keeps so that
the release can be built again. Not: whether to build (`publish`), moving the pointer (`journal`).
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from assets.errors import ReleaseRefused
from assets.provenance import code_version, lock_version
from assets.release.disclosure.kept_proofs import KeptProofs
from assets.release.journal import Built, Journal
from assets.release.protect import Policy
from assets.release.publication import PublicationOptions
from assets.release.published_release import AcceptedFinding, PublishedRelease, ReleaseRow, Sources
from assets.warehouse import Warehouse
from schemas import code_lists
from schemas.extracts.catalogue import EXTRACTS, stored_table
from schemas.summaries import SUMMARIES

GEOGRAPHY = ("provinces", "regencies")
TICK = timedelta(milliseconds=1)  # no two releases of a lineage are published at one moment


@dataclass(frozen=True)
class ReleaseInputs:
    """`digest` of everything that decides the figures; `months`: of each month's summary tables; `sources`: one by one."""

    digest: str
    months: dict[str, str]
    sources: Sources


@dataclass(frozen=True)
class ReleaseContext:
    """The context of a release, fixed once: building it again with the same context gives the same bytes.

    `superseded` is the release whose vintages and history continue here. `earlier` is the release that was public last. It
    differs where that one was withdrawn: readers saw its figures, so disclosure control takes them into account.
    `withdrawn` are rows of the table `releases`. `proofs` are the kept proofs of `earlier`, and `proofs_sha256` is their digest;
    empty: all months are proven again.
    """

    release_id: str
    published_at: datetime
    publication: PublicationOptions = field(default_factory=PublicationOptions)
    superseded: PublishedRelease | None = None
    earlier: PublishedRelease | None = None
    withdrawn: list[ReleaseRow] = field(default_factory=list)
    accepted: list[AcceptedFinding] = field(default_factory=list)
    proofs_sha256: str = ""
    proofs: KeptProofs | None = None


def read_inputs(warehouse: Warehouse, months: list[str], policy: Policy | None) -> ReleaseInputs:
    """Digests of what the warehouse holds for these months. Only metadata is read. Without a policy nothing is suppressed."""
    sources = Sources(
        code=code_version("assets.release.publish"),
        lock=lock_version(),
        policy=(policy.digest() if policy else _digest(None))[:16],
        geography=_digest(*(code_lists.codes(name).write_csv() for name in GEOGRAPHY))[:16],
        inputs={month: _delivered(warehouse, month) for month in months},
    )
    by_month = {
        month: _digest(*(warehouse.month_metadata(table.name, month)["fingerprint"] for table in SUMMARIES))[:16]
        for month in months
    }
    return ReleaseInputs(_digest(sources.as_json(), by_month)[:16], by_month, sources)


def first_context(inputs: ReleaseInputs) -> ReleaseContext:
    """The context of a release that follows none; it is published when its newest month is over."""
    over = datetime.fromisoformat(f"{max(inputs.months)}-01T00:00:00+00:00") + timedelta(days=31)
    return ReleaseContext(_release_id(inputs, PublicationOptions(), None, None), over)


def next_context(
    releases: Path,
    inputs: ReleaseInputs,
    publication: PublicationOptions,
    now: datetime,
    accepted: list[AcceptedFinding],
) -> ReleaseContext:
    """The context after the current release.

    A release that waits under embargo gives its embargo to the next one. Raises ReleaseRefused where the embargo is over, or
    figures of a withdrawn release would come back.
    """
    journal = Journal(releases)
    waiting = journal.waiting()
    if waiting and not publication.embargo:
        publication = publication.with_embargo(waiting.publication.embargo, waiting.publication.embargo_zone)
    if publication.embargo_until and publication.embargo_until <= now:
        raise ReleaseRefused(f"the embargo until {publication.embargo} is over: leave it out to publish at once")
    _refuse_withdrawn(journal, inputs, publication)
    superseded = _followed(releases, journal.current())
    last = journal.published_last()
    earlier = _followed(releases, last) if last and (releases / last).exists() else superseded
    built = journal.built(earlier.release_id if earlier else None)
    after = superseded.manifest.release.published_at + TICK if superseded else now
    return ReleaseContext(
        _release_id(inputs, publication, superseded, earlier),
        publication.embargo_until or max(now, after),
        publication,
        superseded,
        earlier,
        _withdrawn_rows(journal),
        accepted,
        built.proofs_sha256 if built else "",
    )


def recorded_context(releases: Path, event: Built) -> ReleaseContext:
    """The context for which the release was first built, from the journal."""
    return ReleaseContext(
        event.release,
        event.published_at,
        event.publication,
        _followed(releases, event.supersedes),
        _followed(releases, event.follows),
        event.withdrawn,
        event.accepted,
        event.continued_proofs_sha256,
    )


def built_event(release: PublishedRelease, context: ReleaseContext, inputs: ReleaseInputs, proofs_sha256: str) -> Built:
    """The journal entry of a built release: its context, its inputs, the digests of its files and of its kept proofs."""
    manifest = release.manifest
    return Built(
        release=context.release_id,
        supersedes=context.superseded.release_id if context.superseded else None,
        follows=context.earlier.release_id if context.earlier else None,
        published_at=context.published_at,
        declared=context.publication,
        withdrawn=context.withdrawn,
        accepted=context.accepted,
        statuses={month: record.status for month, record in manifest.months.items()},
        vintages={month: record.vintage for month, record in manifest.months.items()},
        about=manifest.release,
        manifest_sha256=release.manifest_digest(),
        files_sha256=release.files_digest(),
        content=inputs.digest,
        months=inputs.months,
        proofs_sha256=proofs_sha256,
        continued_proofs_sha256=context.proofs_sha256,
    )


def _release_id(
    inputs: ReleaseInputs,
    publication: PublicationOptions,
    superseded: PublishedRelease | None,
    earlier: PublishedRelease | None,
) -> str:
    """`<newest month>-<digest>`: the same inputs, options and releases before give the same release."""
    before = (release.release_id if release else None for release in (superseded, earlier))
    return f"{max(inputs.months)}-{_digest(inputs.digest, asdict(publication), *before)[:10]}"


def _followed(releases: Path, name: str | None) -> PublishedRelease | None:
    """A release that another one follows; None where it has no vintages to continue."""
    if name is None:
        return None
    release = PublishedRelease(releases / name)
    if not release.exists:
        raise ReleaseRefused(
            f"release {name} is not in {releases.name}, and the next one follows it: put its folder back"
        )
    return release if release.has_vintages else None


def _refuse_withdrawn(journal: Journal, inputs: ReleaseInputs, publication: PublicationOptions) -> None:
    """Months must not be published again as in a withdrawn release, unless a reason is given."""
    current = journal.built(journal.current())
    live = current.months if current else {}
    for name, withdrawal in journal.withdrawn().items():
        built = journal.built(name)
        months = built.months if built else {}
        same = [month for month, digest in inputs.months.items() if live.get(month) != digest == months.get(month)]
        if same and not publication.reason:
            raise ReleaseRefused(
                f"{', '.join(same)} would be published as in {name}, which was withdrawn ({withdrawal.reason}): deliver what "
                "was wrong again and run it, or say with --reason why it is right after all"
            )


def _withdrawn_rows(journal: Journal) -> list[ReleaseRow]:
    """Rows of the table `releases` for releases that were public and were withdrawn."""
    public, rows = journal.ever_public(), []
    for name, withdrawal in sorted(journal.withdrawn().items()):
        built = journal.built(name)
        if built and name in public:
            changed = {
                "sequence": None,
                "withdrawn_at": datetime.fromisoformat(withdrawal.at),
                "withdrawn_because": withdrawal.reason,
                "manifest_sha256": built.manifest_sha256,
            }
            rows.append(built.row.model_copy(update=changed))
    return rows


def _delivered(warehouse: Warehouse, month: str) -> str:
    """Digest of the month's delivered files and of the missing ones; the names of delivered files do not matter."""
    names = [stored_table(extract).name for extract in EXTRACTS]
    reports = {name: warehouse.month_metadata(name, month).get("report") for name in names}
    files = {
        name: [sorted(file["sha256"] for file in report["files"]), sorted(report["missing"])]
        for name, report in reports.items()
        if report
    }
    return _digest(files)[:16]


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
