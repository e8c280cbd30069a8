"""Vintages: which figures of which month a release changes, with what status and for what reason; its own registry.

Belongs here: status and reason of each month, and the tables `releases` and `release_months`. Not: telling rows apart
(`changes`), judging how large a change is (`revisions`).
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from assets.errors import ReleaseRefused
from assets.release.changes import Change, align_columns
from assets.release.history import FOLDER
from assets.release.publication import PublicationOptions
from schemas.months import first_day
from schemas.releases import RELEASE_MONTHS, RELEASES
from schemas.tables import Kind, Table

COUNT_COLUMNS = ("rows_added", "rows_changed", "rows_removed", "rows_withheld")
DEFAULT_REASONS = {
    "R": "other deliveries than the vintage before",
    "M": "other code, code lists or policy, the same deliveries",
    "G": "other regions or region codes",
}


@dataclass(frozen=True)
class Sources:
    """Digests of what a release is made from; `inputs` by month: the delivered files."""

    code: str
    lock: str
    policy: str
    geography: str
    inputs: dict[str, str]

    @property
    def inputs_hash(self) -> str:
        """Of the files of all months."""
        return hashlib.sha256(repr(sorted(self.inputs.items())).encode()).hexdigest()[:16]

    def reason_class(self, before: "Sources", month: str) -> str:
        """Why figures of the month differ. A month also reads earlier ones, and waves that no released month brought."""
        if self.geography != before.geography:
            return "G"
        read = [name for name in {*self.inputs, *before.inputs} if name <= month]
        if any(self.inputs.get(name) != before.inputs.get(name) for name in read):
            return "R"
        return "M" if (self.code, self.policy) != (before.code, before.policy) else "R"


def month_rows(
    changed: dict[str, Change], sources: Sources, before: "Registry", declared: PublicationOptions, release_id: str
) -> pl.DataFrame:
    """One row (`RELEASE_MONTHS`) a month that the release changes. Raises ReleaseRefused where a declaration does not fit."""
    counts = _counts(changed)
    latest, sequence = before.latest(), before.sequence + 1
    rows = []
    for month, inputs in sources.inputs.items():
        count, last = counts.get(first_day(month), dict.fromkeys(COUNT_COLUMNS, 0)), latest.get(first_day(month))
        said = declared.status if month in declared.months else ""
        differs = any(count.values())
        if said == "corrected" and not (last and differs):
            raise ReleaseRefused(f"no published figure of {month} changed: there is nothing to call corrected")
        if last and last["status"] == "final" and differs and not declared.reason:
            raise ReleaseRefused(
                f"{month} is final and figures of it changed: say why with --reason, or deliver it as it was"
            )
        if last and not differs and said in ("", last["status"]):
            continue
        rows.append(
            {
                "month": first_day(month),
                "vintage": (last["vintage"] + differs) if last else 1,
                "status": said or ("revised" if last else "provisional"),
                **_reason(sources, before.sources, month, declared, is_change=bool(last and differs)),
                "release_id": release_id,
                "sequence": sequence,
                **count,
                "inputs_hash": inputs,
            }
        )
    return pl.DataFrame(rows, schema=RELEASE_MONTHS.storage).sort(RELEASE_MONTHS.key)


def _reason(
    sources: Sources, before: Sources | None, month: str, declared: PublicationOptions, *, is_change: bool
) -> dict[str, str | None]:
    """The operator's word where there is one; a month's first vintage and a mere change of status need none."""
    if not is_change or before is None:
        said = declared.reason if month in declared.months else ""
        return {"reason_class": None, "reason": said or None}
    found = declared.reason_class or sources.reason_class(before, month)
    return {"reason_class": found, "reason": declared.reason or DEFAULT_REASONS[found]}


def _counts(changed: dict[str, Change]) -> dict[date, dict[str, int]]:
    every = pl.concat([change.months() for change in changed.values()])
    total = every.group_by("month").agg(pl.col(COUNT_COLUMNS).sum())
    return {row.pop("month"): row for row in total.iter_rows(named=True)}


@dataclass(frozen=True)
class Registry:
    """What a release says of itself and of those before it, in the types of `RELEASES` and `RELEASE_MONTHS`."""

    releases: pl.DataFrame
    months: pl.DataFrame
    sources: Sources | None  # of the newest release

    @classmethod
    def read(cls, release: Path | None, sources: Sources | None) -> "Registry":
        """The registry in a release's folder; empty before the first."""
        return cls(_read(release, RELEASES), _read(release, RELEASE_MONTHS), sources)

    @property
    def sequence(self) -> int:
        """ReleaseContext of the newest release in the line; 0 before the first."""
        newest = self.releases["sequence"].max()
        return newest if isinstance(newest, int) else 0

    def latest(self) -> dict[date, dict[str, Any]]:
        """The newest entry of each month."""
        newest = self.months.sort("sequence").group_by("month", maintain_order=True).last()
        return {row["month"]: row for row in newest.iter_rows(named=True)}

    def extended(
        self, own: dict[str, Any], months: pl.DataFrame, taken: list[dict[str, Any]], digest: str
    ) -> "Registry":
        """With the next release; `taken` are those withdrawn since, `digest` that of the manifest of the newest so far."""
        named = pl.when(pl.col("sequence") == self.sequence).then(pl.lit(digest or None)).otherwise("manifest_sha256")
        kept = self.releases.with_columns(named.alias("manifest_sha256"))
        gone = pl.DataFrame([_typed(row) for row in taken], schema=RELEASES.storage)
        kept = kept.join(gone, on="release_id", how="anti")
        mine = pl.DataFrame([own], schema=RELEASES.storage)
        every = pl.concat([kept, gone, mine]).sort("published_at", "release_id")
        return Registry(every, pl.concat([self.months, months]).sort(RELEASE_MONTHS.key), self.sources)

    def write(self, folder: Path) -> None:
        """As Parquet files in the release folder."""
        self.releases.write_parquet(folder / FOLDER / f"{RELEASES.name}.parquet", compression="zstd")
        self.months.write_parquet(folder / FOLDER / f"{RELEASE_MONTHS.name}.parquet", compression="zstd")


def release_row(
    release_id: str, sequence: int, months: pl.DataFrame, sources: Sources, published_at: datetime
) -> dict[str, Any]:
    """The release's own line in `releases`; its status is the gravest of what it does to months."""
    newest = max(sources.inputs)
    gravest = next((name for name in ("corrected", "revised", "final") if name in months["status"]), "provisional")
    because = months.filter(pl.col("status") == gravest).sort("month").tail(1)
    return {
        "release_id": release_id,
        "sequence": sequence,
        "reference_month": first_day(newest),
        "status": gravest,
        "reason_class": because["reason_class"].first(),
        "reason": because["reason"].first(),
        "published_at": published_at,
        **{name: int(months[name].sum()) for name in COUNT_COLUMNS[:3]},
        "code_hash": sources.code,
        "lock_hash": sources.lock,
        "policy_hash": sources.policy,
        "inputs_hash": sources.inputs_hash,
    }


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """A line of the registry from plain text."""
    read = {Kind.MONTH: date.fromisoformat, Kind.INSTANT: datetime.fromisoformat}
    kinds = {field.name: field.kind for field in RELEASES.fields}
    return {name: read[kinds[name]](value) if value and kinds[name] in read else value for name, value in row.items()}


def _read(release: Path | None, table: Table) -> pl.DataFrame:
    path = release / FOLDER / f"{table.name}.parquet" if release else None
    return align_columns(pl.read_parquet(path) if path and path.exists() else None, table)
