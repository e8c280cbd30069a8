"""Whether a release is still as it was published: what was changed, added or taken away is found and named.

Belongs here: reading a release against its manifest, and the manifest against the journal and the release that follows.
Not: whether it should have been published (`audit`).
"""

import hashlib
import json
from pathlib import Path

import duckdb
import polars as pl

from assets.release.database import NAME, tables
from assets.release.journal import Journal
from assets.release.protect import verify_certificate
from assets.release.revision_log import MANIFEST, manifest_digest

_BLOCK = 1 << 20


def problems(folder: Path) -> list[str]:
    """Everything that is not as it was published; empty for a release that nobody touched. Names files, never figures."""
    if not folder.is_dir():
        return [f"{folder.name} is not there"]
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        listed = {entry["name"]: (entry["bytes"], entry["sha256"]) for entry in manifest["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{MANIFEST} is not there or cannot be read"]
    found: list[str] = [] if manifest.get("release_id") == folder.name else [f"{MANIFEST} is that of another release"]
    found += _sealed(folder) + _files(folder, listed)
    return found + _same_tables(folder) + verify_certificate(folder)


def _sealed(folder: Path) -> list[str]:
    """The manifest is the one that the journal and later releases know."""
    journal, digest = Journal(folder.parent), manifest_digest(folder)
    entry = journal.built(folder.name)
    if entry is None:
        return ["the journal does not know this release"]
    found = [] if entry["manifest_sha256"] == digest else [f"{MANIFEST} is not the one that the journal remembers"]
    for later in sorted(folder.parent.glob(f"2*/{MANIFEST}")):  # a release begins with its year
        try:
            superseded = json.loads(later.read_text(encoding="utf-8")).get("supersedes") or {}
        except ValueError:
            continue  # it is named when that release is verified
        if superseded.get("release_id") == folder.name and superseded.get("manifest_sha256") != digest:
            found.append(f"{MANIFEST} is not the one that {later.parent.name} superseded")
    return found


def _files(folder: Path, listed: dict[str, tuple[int, str]]) -> list[str]:
    """Every listed file is there with its digest, as a plain file, and no other."""
    there = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_symlink() or path.is_file()
    }
    there.pop(MANIFEST, None)
    found = [f"{name} is missing" for name in sorted(listed.keys() - there.keys())]
    found += [f"{name} is not listed" for name in sorted(there.keys() - listed.keys())]
    for name in sorted(listed.keys() & there.keys()):
        path = there[name]
        if path.is_symlink():
            found.append(f"{name} is a link, not a file")
        elif (path.stat().st_size, _digest(path)) != listed[name]:
            found.append(f"{name} was changed")
    return found


def _same_tables(folder: Path) -> list[str]:
    """DuckDB holds the rows of every Parquet file, whatever the digests say."""
    found = []
    try:
        with duckdb.connect(folder / NAME, read_only=True) as con:
            for place, table in tables():
                kept = pl.read_parquet(folder / place / f"{table.name}.parquet")
                if not con.sql(f"SELECT * FROM {table.name}").pl().cast(kept.schema).equals(kept):  # instants are UTC
                    found.append(f"{table.name}: DuckDB and Parquet differ")
    except (duckdb.Error, pl.exceptions.PolarsError, OSError):
        found.append("not every table can be read from DuckDB and Parquet")
    return found


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
