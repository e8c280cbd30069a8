"""The audit of a release candidate, and the verification that a published release is still as it was published.

Belongs here: both read the files as written and return problems that name files and tables, never a figure. Any problem
refuses a candidate. Not: repairing the files.
"""

import hashlib
import json
from pathlib import Path

import duckdb
import polars as pl

from assets.coverage.sums import broken_sums
from assets.csv_escaping import escape_formulas
from assets.release.database import released_tables
from assets.release.disclosure.certificate import NAME as CERTIFICATE
from assets.release.history import History
from assets.release.journal import Journal
from assets.release.protect import Policy, verify_certificate
from assets.release.published_release import MANIFEST, FileEntry, PublishedRelease
from assets.release.revisions import align_columns
from assets.release.unsuppressed import verify_statement
from assets.warehouse import Warehouse
from schemas.releases import history
from schemas.summaries import COVERAGE, SUMMARIES
from schemas.tables import Table

_BLOCK = 1 << 20
_TOLERANCE = 1e-9


def verify_release(release: PublishedRelease) -> list[str]:
    """All differences from the published state; empty for an unchanged release."""
    if not release.folder.is_dir():
        return [f"{release.release_id} is not there"]
    try:
        manifest = release.header
    except (OSError, ValueError):
        return [f"{MANIFEST} is not there or cannot be read"]
    found = [] if manifest.release_id == release.release_id else [f"{MANIFEST} is that of another release"]
    found += _not_as_recorded(release) + _changed_files(release, manifest.files)
    return found + _unequal_tables(release) + _uncertified(release)


def audit_candidate(
    candidate: PublishedRelease,
    warehouse: Warehouse,
    months: list[str],
    policy: Policy | None,
    superseded: PublishedRelease | None = None,
) -> list[str]:
    """Everything wrong with the candidate; empty where it may be published. `superseded`: the release before it."""
    found: list[str] = []
    with duckdb.connect(candidate.database, read_only=True) as con:
        for table in SUMMARIES:
            frame = pl.read_parquet(candidate.folder / "parquet" / f"{table.name}.parquet")
            found += _wrong_shape(frame, table.released()) + _wrong_copies(frame, table, candidate.folder, con)
            found += _wrong_history(table, candidate, con, superseded)
            if table is COVERAGE:
                found += _wrong_ratios(frame)
    for month in months:
        rows = pl.read_parquet(warehouse.files(COVERAGE.name, month))
        found += [f"{month}: {problem}" for problem in broken_sums(rows, COVERAGE)]
    found += _uncertified(candidate) + _other_policy(candidate, policy)
    is_listed = not _changed_files(candidate, candidate.header.files)
    return found if is_listed else [*found, "the manifest does not list the files of the release as they are"]


def _not_as_recorded(release: PublishedRelease) -> list[str]:
    """The manifest has the digest that journal and later releases have recorded."""
    releases, digest = release.folder.parent, release.manifest_digest()
    built = Journal(releases).built(release.release_id)
    if built is None:
        return ["the journal has no record of this release"]
    found = [] if built.manifest_sha256 == digest else [f"{MANIFEST} has another digest than the journal recorded"]
    for path in sorted(releases.glob(f"2*/{MANIFEST}")):  # the name of a release begins with its year
        later = PublishedRelease(path.parent)
        try:
            superseded = later.header.supersedes
        except ValueError:
            continue  # reported when that release is verified
        if superseded and superseded.release_id == release.release_id and superseded.manifest_sha256 != digest:
            found.append(f"{MANIFEST} is not the one that {later.release_id} superseded")
    return found


def _changed_files(release: PublishedRelease, files: list[FileEntry]) -> list[str]:
    """Every listed file is there with its digest, as a plain file, and there is no other."""
    listed = {entry.name: entry for entry in files}
    there = {
        path.relative_to(release.folder).as_posix(): path
        for path in release.folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }
    there.pop(MANIFEST, None)
    found = [f"{name} is missing" for name in sorted(listed.keys() - there.keys())]
    found += [f"{name} is not listed" for name in sorted(there.keys() - listed.keys())]
    for name in sorted(listed.keys() & there.keys()):
        path, entry = there[name], listed[name]
        if path.is_symlink():
            found.append(f"{name} is a link, not a file")
        elif (path.stat().st_size, _digest(path)) != (entry.bytes, entry.sha256):
            found.append(f"{name} was changed")
    return found


def _unequal_tables(release: PublishedRelease) -> list[str]:
    """DuckDB holds the rows of every Parquet file, whatever the digests say."""
    found = []
    try:
        with duckdb.connect(release.database, read_only=True) as con:
            for folder, table in released_tables():
                frame = pl.read_parquet(release.folder / folder / f"{table.name}.parquet")
                if not con.sql(f"SELECT * FROM {table.name}").pl().cast(frame.schema).equals(frame):  # instants are UTC
                    found.append(_differ(table))
    except (duckdb.Error, pl.exceptions.PolarsError, OSError):
        found.append("not every table can be read from DuckDB and Parquet")
    return found


def _wrong_shape(frame: pl.DataFrame, table: Table) -> list[str]:
    # imported here, because pandera is slow to import, and `cakupan verify` and `cakupan sql` do not need it
    from pandera.errors import SchemaError, SchemaErrors

    from schemas.contracts import stored

    found = []
    try:
        stored(table).validate(frame, lazy=True)
    except (SchemaError, SchemaErrors):
        found.append(f"{table.name} has not its declared columns and types, or a key is empty")
    if frame.select(table.key).is_duplicated().any():
        found.append(f"{table.name} has two rows of one key")
    if frame.is_empty() and not table.may_be_empty:
        found.append(f"{table.name} is empty")
    return found


def _wrong_copies(frame: pl.DataFrame, table: Table, folder: Path, con: duckdb.DuckDBPyConnection) -> list[str]:
    """Parquet, CSV and DuckDB hold the same rows."""
    text = (folder / "csv" / f"{table.name}.csv").read_text(encoding="utf-8")
    found = [] if text == escape_formulas(frame).write_csv() else [f"{table.name}: CSV and Parquet differ"]
    return found if con.sql(f"SELECT * FROM {table.name}").pl().equals(frame) else [*found, _differ(table)]


def _wrong_history(
    table: Table, candidate: PublishedRelease, con: duckdb.DuckDBPyConnection, superseded: PublishedRelease | None
) -> list[str]:
    """The history gives back all rows of the release before and no others; by induction, of all releases before it."""
    declared, released = history(table), table.released()
    rows = pl.read_parquet(candidate.folder / "history" / f"{declared.name}.parquet")
    found = [] if con.sql(f"SELECT * FROM {declared.name}").pl().equals(rows) else [_differ(declared)]
    if superseded is None:
        return found + ([] if rows.is_empty() else [f"{declared.name} has rows that no release published"])
    before = History.read(superseded).replaced[table.name]
    newest = rows["until_sequence"].max() if rows.height > before.height else None
    continued = rows.filter(pl.col("until_sequence") != newest) if newest else rows
    if not continued.equals(before):
        found.append(f"{declared.name} is not the one of {superseded.release_id} with more rows")
    then = align_columns(superseded.summary(table.name), released).sort(table.key)
    given_back = con.sql(f"SELECT * FROM {table.name}_in(?)", params=[superseded.release_id]).pl().sort(table.key)
    if not given_back.equals(then):
        found.append(f"{table.name}: the history does not give back {superseded.release_id}")
    return found


def _wrong_ratios(frame: pl.DataFrame) -> list[str]:
    """Ratios are those of the published counts, and absent where a count is."""
    ratio = pl.col("protected_persons") / pl.when(pl.col("denominator_persons") > 0).then(pl.col("denominator_persons"))
    gap = pl.col("denominator_persons") - pl.col("protected_persons")
    has_ratio = pl.col("coverage_ratio").is_not_null()
    is_outside = ~pl.col("coverage_ratio").is_between("ratio_low", "ratio_high")
    rules = {
        "ratios are not those of their counts": (ratio - pl.col("coverage_ratio")).abs() > _TOLERANCE,
        "ratios have no counts": has_ratio & ratio.is_null(),
        "gaps are not those of their counts": pl.col("gap_persons").ne_missing(gap),
        "ratios lie outside their bounds": is_outside.fill_null(value=False),
        "ratios have no denominator_id": has_ratio & (pl.col("denominator_id") == "none"),
    }
    counts = {problem: frame.filter(is_wrong).height for problem, is_wrong in rules.items()}
    return [f"{count} {problem}" for problem, count in counts.items() if count]


def _uncertified(release: PublishedRelease) -> list[str]:
    """Problems of the certificate, or of the statement of an edition in which nothing is suppressed."""
    return verify_certificate(release.folder) if release.edition.policy else verify_statement(release.folder)


def _other_policy(release: PublishedRelease, policy: Policy | None) -> list[str]:
    """The certificate was issued under the policy in force."""
    stated = json.loads((release.folder / CERTIFICATE).read_text(encoding="utf-8")).get("policy_sha256")
    is_same = stated == (policy.digest() if policy else None)
    return (
        []
        if is_same and bool(policy) == bool(release.edition.policy)
        else ["the certificate was made by another policy"]
    )


def _differ(table: Table) -> str:
    return f"{table.name}: DuckDB and Parquet differ"


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
