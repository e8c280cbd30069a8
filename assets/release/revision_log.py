"""The revision log: which figures of which month a release changes, with what status and for what reason.

Belongs here: vintage, status and reason of each month, the registry tables `releases` and `release_months`, and refusing a
change without a reason. Not: comparing rows (`revisions`), keeping replaced rows (`history`).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from assets.errors import ReleaseRefused
from assets.release.history import History
from assets.release.lineage import ReleaseContext
from assets.release.publication import PublicationOptions
from assets.release.published_release import (
    HISTORY,
    DeliveredExtract,
    MonthRecord,
    PublishedRelease,
    ReleaseRow,
    Sources,
)
from assets.release.revisions import Change, align_columns, compare_releases, describe_unexplained
from schemas.months import first_day
from schemas.releases import RELEASE_MONTHS, RELEASES
from schemas.tables import Table

COUNT_COLUMNS = ("rows_added", "rows_changed", "rows_removed", "rows_withheld")
DEFAULT_REASONS = {
    "R": "other deliveries than the vintage before",
    "M": "other code, code lists or policy, the same deliveries",
    "G": "other regions or region codes",
}


@dataclass(frozen=True)
class Registry:
    """The registry that a release holds: itself and the releases before it (`RELEASES`, `RELEASE_MONTHS`)."""

    releases: pl.DataFrame
    months: pl.DataFrame
    sources: Sources | None  # of the newest release

    @classmethod
    def read(cls, release: PublishedRelease | None) -> "Registry":
        """The registry in a release; empty before the first release."""
        return cls(
            _read(release, RELEASES), _read(release, RELEASE_MONTHS), release.manifest.sources if release else None
        )

    @property
    def sequence(self) -> int:
        """The number of the newest release; 0 before the first."""
        newest = self.releases["sequence"].max()
        return newest if isinstance(newest, int) else 0

    def latest(self) -> dict[date, dict[str, Any]]:
        """The newest entry of each month."""
        newest = self.months.sort("sequence").group_by("month", maintain_order=True).last()
        return {row["month"]: row for row in newest.iter_rows(named=True)}

    def extended(
        self, own: ReleaseRow, months: pl.DataFrame, withdrawn: list[ReleaseRow], manifest_digest: str
    ) -> "Registry":
        """The registry with the next release.

        `withdrawn`: releases withdrawn since; `manifest_digest`: of the newest release so far, which could not hold its own.
        """
        digest = pl.when(pl.col("sequence") == self.sequence).then(pl.lit(manifest_digest or None))
        kept = self.releases.with_columns(digest.otherwise("manifest_sha256").alias("manifest_sha256"))
        gone = pl.DataFrame([row.model_dump() for row in withdrawn], schema=RELEASES.storage)
        kept = kept.join(gone, on="release_id", how="anti")
        next_row = pl.DataFrame([own.model_dump()], schema=RELEASES.storage)
        every = pl.concat([kept, gone, next_row]).sort("published_at", "release_id")
        return Registry(every, pl.concat([self.months, months]).sort(RELEASE_MONTHS.key), self.sources)

    def write(self, folder: Path) -> None:
        """Write Parquet files into the release folder."""
        self.releases.write_parquet(folder / HISTORY / f"{RELEASES.name}.parquet", compression="zstd")
        self.months.write_parquet(folder / HISTORY / f"{RELEASE_MONTHS.name}.parquet", compression="zstd")


@dataclass(frozen=True)
class RevisionLog:
    """History and registry up to this release, and the release's own row."""

    history: History
    registry: Registry
    own: ReleaseRow

    def write(self, folder: Path) -> None:
        """Write both into the release folder."""
        (folder / HISTORY).mkdir()
        self.history.write(folder)
        self.registry.write(folder)

    def month(self, month: str, inputs: dict[str, DeliveredExtract]) -> MonthRecord:
        """Vintage, status and reason of a month, for the manifest."""
        row = self.registry.latest()[first_day(month)]
        names = ("vintage", "status", "reason_class", "reason", "inputs_hash")
        return MonthRecord(**{name: row[name] for name in names}, since=row["release_id"], inputs=inputs)


def build_revision_log(frames: dict[str, pl.DataFrame], sources: Sources, context: ReleaseContext) -> RevisionLog:
    """Compare with the release before. Raises ReleaseRefused where figures changed beyond their limit without a reason."""
    before, publication = context.superseded, context.publication
    registry = Registry.read(before)
    changed = compare_releases(before.summaries() if before else {}, frames)
    if before and not publication.reason:
        _refuse_unexplained(changed, [first_day(month) for month in before.manifest.months])
    months = month_rows(changed, sources, registry, publication, context.release_id)
    own = _release_row(context, registry.sequence + 1, months, sources)
    registry = registry.extended(own, months, context.withdrawn, before.manifest_digest() if before else "")
    history = History.read(before).extended(changed, context.release_id, registry.sequence)
    return RevisionLog(history, registry, own)


def month_rows(
    changed: dict[str, Change], sources: Sources, before: Registry, publication: PublicationOptions, release_id: str
) -> pl.DataFrame:
    """One row (`RELEASE_MONTHS`) per month that the release changes. Raises ReleaseRefused where an option does not fit."""
    counts = _counts(changed)
    latest, sequence = before.latest(), before.sequence + 1
    rows = []
    for month, inputs in sources.inputs.items():
        count, last = counts.get(first_day(month), dict.fromkeys(COUNT_COLUMNS, 0)), latest.get(first_day(month))
        status = publication.status if month in publication.months else ""
        differs = any(count.values())
        if status == "corrected" and not (last and differs):
            raise ReleaseRefused(f"no published figure of {month} changed: there is nothing to call corrected")
        if last and last["status"] == "final" and differs and not publication.reason:
            raise ReleaseRefused(
                f"{month} is final and figures of it changed: say why with --reason, or deliver it as it was"
            )
        if last and not differs and status in ("", last["status"]):
            continue
        rows.append(
            {
                "month": first_day(month),
                "vintage": (last["vintage"] + differs) if last else 1,
                "status": status or ("revised" if last else "provisional"),
                **_reason(sources, before.sources, month, publication, is_change=bool(last and differs)),
                "release_id": release_id,
                "sequence": sequence,
                **count,
                "inputs_hash": inputs,
            }
        )
    return pl.DataFrame(rows, schema=RELEASE_MONTHS.storage).sort(RELEASE_MONTHS.key)


def _reason(
    sources: Sources, before: Sources | None, month: str, publication: PublicationOptions, *, is_change: bool
) -> dict[str, str | None]:
    """The operator's reason where there is one; a month's first vintage and a mere change of status need none."""
    if not is_change or before is None:
        reason = publication.reason if month in publication.months else ""
        return {"reason_class": None, "reason": reason or None}
    reason_class = publication.reason_class or sources.reason_class(before, month)
    return {"reason_class": reason_class, "reason": publication.reason or DEFAULT_REASONS[reason_class]}


def _counts(changed: dict[str, Change]) -> dict[date, dict[str, int]]:
    every = pl.concat([change.months() for change in changed.values()])
    total = every.group_by("month").agg(pl.col(COUNT_COLUMNS).sum())
    return {row.pop("month"): row for row in total.iter_rows(named=True)}


def _release_row(context: ReleaseContext, sequence: int, months: pl.DataFrame, sources: Sources) -> ReleaseRow:
    """The release's own row. Its status is the most serious status of its months."""
    status = next((name for name in ("corrected", "revised", "final") if name in months["status"]), "provisional")
    newest = months.filter(pl.col("status") == status).sort("month").tail(1)
    reason_class, reason = next(newest.select("reason_class", "reason").iter_rows(), (None, None))
    added, changed, removed = (int(months[name].sum()) for name in COUNT_COLUMNS[:3])
    return ReleaseRow(
        release_id=context.release_id,
        sequence=sequence,
        reference_month=first_day(max(sources.inputs)),
        status=status,
        reason_class=reason_class,
        reason=reason,
        published_at=context.published_at,
        rows_added=added,
        rows_changed=changed,
        rows_removed=removed,
        code_hash=sources.code,
        lock_hash=sources.lock,
        policy_hash=sources.policy,
        inputs_hash=sources.inputs_hash,
        supersedes=context.superseded.release_id if context.superseded else None,
        embargo_until=context.publication.embargo_until,
    )


def _refuse_unexplained(changed: dict[str, Change], months: list[date]) -> None:
    found = describe_unexplained(changed, months)
    if found:
        raise ReleaseRefused(
            f"published figures changed by more than their revision limit and no --reason was given: {found}; the live "
            "release is untouched. Look at the deliveries of these months (cakupan status), then say why: "
            'cakupan run --month YYYY-MM --reason "…"'
        )


def _read(release: PublishedRelease | None, table: Table) -> pl.DataFrame:
    return align_columns(release.registry_table(table) if release else None, table)
