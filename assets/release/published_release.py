"""A published release: its folder, its files, and the typed records of its manifest.

Belongs here: reading the manifest of a release. Not: writing it (`build`), comparing it with the journal (`verify`),
the order of releases (`journal`, `lineage`).
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated

import polars as pl
from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, ValidationError

from assets.errors import ReleaseRefused
from assets.release.editions import Edition, edition_of
from assets.release.layout import DATABASE
from schemas.tables import Table

MANIFEST = "manifest.json"
HISTORY = "history"  # the folder of replaced rows and of the registry


def instant(moment: datetime) -> str:
    """A moment as text: UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


Instant = Annotated[
    datetime,
    AfterValidator(lambda moment: moment.astimezone(UTC)),
    PlainSerializer(instant, return_type=str, when_used="json-unless-none"),
]


class Record(BaseModel):
    """A record of a manifest or a journal. Keys that a later version adds are ignored."""

    model_config = ConfigDict(frozen=True)

    def as_json(self) -> dict[str, object]:
        """The stored form: the fields that were given, in the order of their declaration."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class ReleaseRow(Record):
    """The row of a release in the table `releases`. A withdrawn release has no `sequence`."""

    release_id: str
    sequence: int | None
    reference_month: date
    status: str
    reason_class: str | None = None
    reason: str | None = None
    published_at: Instant
    rows_added: int
    rows_changed: int
    rows_removed: int
    code_hash: str
    lock_hash: str
    policy_hash: str
    inputs_hash: str
    supersedes: str | None = None
    embargo_until: Instant | None = None
    withdrawn_at: Instant | None = None
    withdrawn_because: str | None = None
    manifest_sha256: str | None = None


class AcceptedFinding(Record):
    """A finding that holds a release, and the reason for which it was accepted. No figure: the tables may withhold it."""

    finding_id: str
    finding: str
    extract: str
    subject: str
    month: str
    reason: str


class DeliveredFile(Record):
    """A delivered file. `rejected`: why it was refused; `repeats`: the file that it is a copy of."""

    name: str
    sha256: str
    bytes: int
    rejected: str = ""
    repeats: str = ""


class DeliveredExtract(Record):
    """The files of an extract for a month, and the announced files that are missing."""

    missing: list[str]
    files: list[DeliveredFile]


class MonthRecord(Record):
    """The newest vintage of a month. `since`: the release that published it first."""

    vintage: int
    status: str
    reason_class: str | None
    reason: str | None
    inputs_hash: str
    since: str
    inputs: dict[str, DeliveredExtract] = {}


class Sources(Record):
    """Digests of everything that a release is built from; `inputs`: by month, of the delivered files."""

    code: str
    lock: str
    policy: str
    geography: str
    inputs: dict[str, str]

    @property
    def inputs_hash(self) -> str:
        """Digest of the files of all months."""
        return hashlib.sha256(repr(sorted(self.inputs.items())).encode()).hexdigest()[:16]

    def reason_class(self, before: "Sources", month: str) -> str:
        """The reason for different figures. A month also reads earlier months, and survey waves delivered in any of them."""
        if self.geography != before.geography:
            return "G"
        months = [name for name in {*self.inputs, *before.inputs} if name <= month]
        if any(self.inputs.get(name) != before.inputs.get(name) for name in months):
            return "R"
        return "M" if (self.code, self.policy) != (before.code, before.policy) else "R"


class Embargo(Record):
    """The moment before which a release is not public (ISO 8601 with offset), and the name of its time zone."""

    until: str
    zone: str = ""


class SupersededRelease(Record):
    """The release before, and the digest of its manifest."""

    release_id: str
    manifest_sha256: str


class FileEntry(Record):
    """A file of the release."""

    name: str
    bytes: int
    sha256: str


class Manifest(Record):
    """The content of `manifest.json`.

    `notice`: what a restricted edition states; `content`: digest of all inputs; `made_by`: month → table → engine; `policy`
    is empty where nothing is suppressed.
    """

    edition: str = "public"
    notice: str = ""
    release_id: str
    reference_month: str
    release: ReleaseRow
    embargo: Embargo | None = None
    supersedes: SupersededRelease | None = None
    months: dict[str, MonthRecord]
    content: str
    sources: Sources
    engines: dict[str, str] = {}
    made_by: dict[str, dict[str, str]] = {}
    policy: dict[str, int | str]
    rows: dict[str, int]
    synthetic_months: list[str] = []
    accepted: list[AcceptedFinding] = []
    not_available: dict[str, dict[str, str]] = {}
    files: list[FileEntry] = []


class ManifestHeader(Record):
    """The part of a manifest that releases of any version have."""

    release_id: str
    reference_month: str = ""
    embargo: Embargo | None = None
    supersedes: SupersededRelease | None = None
    files: list[FileEntry] = []


@dataclass(frozen=True)
class PublishedRelease:
    """A release in its folder, `<releases>/<release_id>/`. Its files never change."""

    folder: Path

    @property
    def release_id(self) -> str:
        """The name of the folder."""
        return self.folder.name

    @property
    def exists(self) -> bool:
        """Whether the folder holds a manifest."""
        return (self.folder / MANIFEST).exists()

    @cached_property
    def manifest_text(self) -> str:
        """The manifest as it is stored."""
        return (self.folder / MANIFEST).read_text(encoding="utf-8")

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest. Raises ReleaseRefused for a release of a version before vintages."""
        try:
            return Manifest.model_validate_json(self.manifest_text)
        except ValidationError:
            raise ReleaseRefused(
                f"{MANIFEST} of {self.release_id} cannot be read: restore the release from a copy, or name a later release"
            ) from None

    @cached_property
    def header(self) -> ManifestHeader:
        """The manifest of a release of any version. Raises ValueError or OSError where it cannot be read."""
        return ManifestHeader.model_validate_json(self.manifest_text)

    @property
    def edition(self) -> Edition:
        """The edition that it belongs to. Raises ValueError or OSError where the manifest cannot be read."""
        return edition_of(json.loads(self.manifest_text))

    @property
    def has_vintages(self) -> bool:
        """Whether the release records vintages; the releases of early versions do not."""
        return "release" in json.loads(self.manifest_text)

    @property
    def database(self) -> Path:
        """The path of `coverage.duckdb`."""
        return self.folder / DATABASE

    def manifest_digest(self) -> str:
        """The digest that identifies the whole release: the manifest holds the digests of all other files."""
        return hashlib.sha256((self.folder / MANIFEST).read_bytes()).hexdigest()

    def files_digest(self) -> str:
        """Digest of all files but the database, whose padding may differ, and the manifest, which holds its digest."""
        files = {entry.name: entry.sha256 for entry in self.header.files if entry.name != DATABASE}
        return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()

    def summary(self, name: str) -> pl.DataFrame | None:
        """A summary table, as its Parquet file holds it; None where the release does not have it."""
        return _read(self.folder / "parquet" / f"{name}.parquet")

    def summaries(self) -> dict[str, pl.DataFrame]:
        """All summary tables by name."""
        return {path.stem: pl.read_parquet(path) for path in sorted((self.folder / "parquet").glob("*.parquet"))}

    def registry_table(self, table: Table) -> pl.DataFrame | None:
        """A table of the folder `history`; None where the release does not have it."""
        return _read(self.folder / HISTORY / f"{table.name}.parquet")


def _read(path: Path) -> pl.DataFrame | None:
    return pl.read_parquet(path) if path.exists() else None
