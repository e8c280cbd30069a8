"""Publishing: a candidate is built beside the live release, audited, put on disk, recorded, and switched to in one rename.

Belongs here: the protocol, whether there is anything to publish, the end of an embargo, and the way back. The folder of an
edition's releases holds `<release_id>/` for each release, the pointer `current`, and the journal. No other edition is read. A
refused or killed publication leaves the live release as it was.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from assets import environment
from assets.disk import fsync
from assets.errors import ReleaseRefused
from assets.progress import Progress
from assets.release.build import build
from assets.release.disclosure.kept_proofs import KeptProofs
from assets.release.disclosure.policy import Policy, load_policy, named_audience
from assets.release.editions import EDITIONS, PUBLIC, Edition, configured_editions, prepare_folder
from assets.release.hold import accepted_findings
from assets.release.journal import Built, Journal, Withdrawn
from assets.release.layout import DATABASE
from assets.release.lineage import (
    ReleaseContext,
    ReleaseInputs,
    built_event,
    next_context,
    read_inputs,
    recorded_context,
)
from assets.release.proof_store import ProofStore, with_kept_proofs
from assets.release.publication import PublicationOptions
from assets.release.published_release import MANIFEST, PublishedRelease
from assets.release.verify import audit_candidate, verify_release
from assets.warehouse import Warehouse
from schemas.plausibility import PLAUSIBILITY
from schemas.summaries import SUMMARIES


@dataclass(frozen=True)
class PublicationResult:
    """The release. `reused`: it was published before; `waits_until`: the end of its embargo, None where it is public.

    `warning`: why kept proofs could not be used; empty if they were, or there are none.
    """

    release: PublishedRelease
    reused: bool
    waits_until: str | None = None
    warning: str = ""


def publish(
    warehouse: Warehouse,
    releases: Path,
    publication: PublicationOptions | None = None,
    *,
    edition: Edition = PUBLIC,
    force: bool = False,
    now: datetime | None = None,
    progress: Progress | None = None,
    proofs: ProofStore | None = None,
) -> PublicationResult:
    """Publish all months that have every summary table, in the edition's folder `releases`.

    Raises ReleaseRefused with the problems; nothing is switched then.

    A month whose delivery makes figures wrong is refused before anything is built, unless the options give a reason.

    A release of the same inputs is recognised. `force` builds it again for the same context, and the bytes must be the same.
    The next release replaces one that waits under embargo, and inherits its embargo.

    `proofs`: where proofs are kept for the next release. Without it every release proves all of its months.
    """
    moment, publication = _to_milliseconds(now or datetime.now(UTC)), publication or PublicationOptions()
    policy = _policy_of(edition)
    prepare_folder(releases, edition)
    lift_embargo(releases, moment)
    months = _complete_months(warehouse)
    inputs, journal = read_inputs(warehouse, months, policy), Journal(releases)
    known = _same_release(journal, inputs, publication)
    if known:
        context = recorded_context(releases, known)
    else:
        accepted = accepted_findings(warehouse, releases, months, publication)
        context = next_context(releases, inputs, publication, moment, accepted)
    release = PublishedRelease(releases / context.release_id)
    if known is None and release.folder.exists():
        shutil.rmtree(release.folder)  # a run was killed before it could record the release: it was never public
    warning = ""
    if not release.folder.exists() or force:
        context, warning = with_kept_proofs(context, proofs, policy)
        try:
            found = _build_and_audit(warehouse, months, release, context, known, progress, edition, policy)
        except ReleaseRefused as refusal:
            if warning:
                raise ReleaseRefused(f"{refusal}; {warning}", check=refusal.check) from None
            raise
        kept, not_kept = _keep_proofs(proofs, release, found, known)
        event, warning = built_event(release, context, inputs, kept), warning or not_kept
        if known is None or (event.manifest_sha256, event.proofs_sha256) != (
            known.manifest_sha256,
            known.proofs_sha256,
        ):
            journal.append(event)
    is_due = context.publication.is_due(moment)
    if is_due:
        journal.switch(context.release_id, "published")
    else:
        release.folder.chmod(0o700)
    waits_until = None if is_due else context.publication.embargo
    return PublicationResult(release, known is not None, waits_until, warning)


def lift_embargo(releases: Path, now: datetime | None = None) -> str | None:
    """Switch to the release that waits, if its embargo is over; returns its name, or None where none is due."""
    journal = Journal(releases)
    waiting = journal.waiting()
    if not waiting or not waiting.publication.is_due(now or datetime.now(UTC)):
        return None
    if not (releases / waiting.release).exists():
        return None
    journal.switch(waiting.release, "embargo lifted" if waiting.publication.embargo else "published")
    return waiting.release


def roll_back(releases: Path, release_id: str | None, reason: str) -> str:
    """Withdraw the release that waits, or switch to another release (by default the one before); returns what was done.

    Releases that the pointer leaves behind are withdrawn: their figures are in no later release. Raises ReleaseRefused
    where there is nothing to go back to, or the target is not as it was published.
    """
    journal = Journal(releases)
    if not reason.strip():
        raise ReleaseRefused("say why with --reason: the journal and later releases repeat it")
    waiting = journal.waiting()
    if waiting:
        journal.append(Withdrawn(release=waiting.release, reason=reason))
        if release_id in (None, waiting.release):
            return f"{waiting.release} will not be published; current is {journal.current() or 'nothing yet'}"
    lineage = journal.lineage()
    target = release_id or (lineage[1] if len(lineage) > 1 else None)
    if target is None:
        raise ReleaseRefused("there is no release before the current one to go back to")
    _refuse_unfit(journal, target)
    kept = journal.lineage(target)
    journal.switch(target, reason, withdrawn=[name for name in lineage if name not in kept])
    return f"current is {target}"


def _refuse_unfit(journal: Journal, target: str) -> None:
    if target not in journal.ever_public():
        raise ReleaseRefused(f"{target} is no release that was ever public: see `cakupan releases`")
    found = verify_release(PublishedRelease(journal.releases / target))
    if found:
        raise ReleaseRefused(f"{target} is not as it was published: {'; '.join(found[:3])}; restore it from a copy")


def _keep_proofs(
    store: ProofStore | None, release: PublishedRelease, found: KeptProofs | None, known: Built | None
) -> tuple[str, str]:
    """Keep the proofs for the next release; returns their digest, or the reason why they cannot be kept.

    A file that is as recorded stays: later releases name it.
    """
    if not (store and found):
        return known.proofs_sha256 if known else "", ""
    if known and store.has(release.release_id, known.proofs_sha256):
        return known.proofs_sha256, ""
    try:
        return store.write(release.release_id, found), ""
    except OSError as error:
        return (
            "",
            f"the proofs cannot be kept in {store.folder} ({error.strerror}): the next release proves every month again",
        )


def _build_and_audit(
    warehouse: Warehouse,
    months: list[str],
    release: PublishedRelease,
    context: ReleaseContext,
    known: Built | None,
    progress: Progress | None,
    edition: Edition,
    policy: Policy | None,
) -> KeptProofs | None:
    """Build the candidate, audit it and move it to its folder; returns its proofs. On failure it is removed."""
    releases = release.folder.parent
    for abandoned in releases.glob(".candidate-*"):  # of killed runs: the lock allows one run at a time
        shutil.rmtree(abandoned)
    candidate = PublishedRelease(releases / f".candidate-{uuid4().hex}")
    candidate.folder.mkdir(mode=0o700)
    try:
        proofs = build(warehouse, months, candidate.folder, policy, context, progress, edition)
        found = audit_candidate(candidate, warehouse, months, policy, context.superseded)
        if found:
            raise ReleaseRefused(
                f"release {context.release_id} was refused: {'; '.join(found)}; the live release is untouched",
                check="audited",
            )
        _put_in_place(candidate, release, known, edition)
    finally:
        shutil.rmtree(candidate.folder, ignore_errors=True)
    return proofs


def _policy_of(edition: Edition) -> Policy | None:
    """The policy of the edition. Raises ReleaseRefused if the policy file of the user is for an edition that is not configured."""
    if not edition.policy:
        return None
    audience = named_audience()
    if audience and audience not in {edition.policy, *(other.policy for other in configured_editions())}:
        named = next(other.name for other in EDITIONS.values() if other.policy == audience)
        raise ReleaseRefused(
            f"{environment.POLICY} names a policy for the {named} edition, which is not configured: add it to "
            f"{environment.EDITIONS}, or unset the policy"
        )
    return load_policy(edition.policy)


def _same_release(journal: Journal, inputs: ReleaseInputs, publication: PublicationOptions) -> Built | None:
    """The release that waits, else the current one, where it has the same inputs and satisfies the options."""
    built = journal.waiting() or journal.built(journal.current())
    if not built or built.content != inputs.digest:
        return None
    has_status = all(
        built.statuses.get(month) == publication.status for month in publication.months if publication.status
    )
    is_public = built.release == journal.current()
    has_embargo = is_public or publication.embargo in ("", built.publication.embargo)
    return built if has_status and has_embargo else None


def _complete_months(warehouse: Warehouse) -> list[str]:
    """Months with every summary table. Raises ReleaseRefused where there is none, or one was not judged as a whole."""
    months = set.intersection(*(set(warehouse.months(table.name)) for table in SUMMARIES))
    if not months:
        raise ReleaseRefused("no month has all its summary tables: run the stages before the release")
    unjudged = sorted(months - set(warehouse.months(PLAUSIBILITY.name)))
    if unjudged:
        raise ReleaseRefused(
            f"the deliveries of {', '.join(unjudged)} were not judged as a whole: run these months again"
        )
    return sorted(months)


def _put_in_place(
    candidate: PublishedRelease, release: PublishedRelease, known: Built | None, edition: Edition
) -> None:
    """Move the candidate to the folder of the release. A release that was there before must be the same."""
    for path in [*sorted(candidate.folder.rglob("*")), candidate.folder]:
        if path.is_file():
            path.chmod(edition.file_mode)
        elif path != candidate.folder:  # which stays closed until the switch
            path.chmod(edition.folder_mode)
        fsync(path)
    differing = _differing_files(candidate, release, known)
    if differing:
        raise ReleaseRefused(
            f"{release.release_id} was built again and differs in {', '.join(differing)}: the same inputs must give the same "
            "bytes"
        )
    if not release.folder.exists():
        os.rename(candidate.folder, release.folder)


def _differing_files(candidate: PublishedRelease, release: PublishedRelease, known: Built | None) -> list[str]:
    """Files that are not those of the same release built before; of a folder that is gone, the journal has the digest."""
    if not release.folder.exists():
        is_other = known is not None and candidate.files_digest() != known.files_sha256
        return ["files that the journal has the digest of"] if is_other else []
    audited = {DATABASE, MANIFEST}  # the audit found DuckDB equal to Parquet; its padding may differ
    names = [path.relative_to(candidate.folder) for path in candidate.folder.rglob("*") if path.is_file()]
    return [
        name.as_posix()
        for name in names
        if name.as_posix() not in audited
        and (candidate.folder / name).read_bytes() != (release.folder / name).read_bytes()
    ]


def _to_milliseconds(moment: datetime) -> datetime:
    """As exact as it is stored, so that a release built again has the very same moment."""
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)
