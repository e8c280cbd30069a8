"""A month of a table as a set of files: which files belong to it, its record, and the errors for missing files.

Belongs here: what both kinds of storage share. Not here: how each stores a month (`folder`, `bucket`).
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from assets.errors import MonthRefused

METADATA_FILE = "_stage.json"  # the record: fingerprint, counts, and `files`: name → bytes (and SHA-256 in a bucket)
KEPT_VERSIONS = 2


class FileEntry(TypedDict):
    """The size of a file, and its digest if the file was uploaded by this product."""

    bytes: int
    sha256: NotRequired[str]


class MonthMetadata(TypedDict, total=False):
    """The record of a month of a table, `_stage.json`. A stage writes the keys that apply to it.

    All stages: `fingerprint` of inputs and code, `rows`, `digest`, `counts` for the operator, `engine` and `columns`.
    `files`: missing in months that were written before records listed their files. `reason`: why a summary table is not
    available. Ingestion: `persons_scale`, `synthetic`, and `report`, the JSON of the ingestion report. Plausibility: digests
    of `inputs` and `deliveries`, and the number of findings that hold the release (`holding`).
    """

    fingerprint: str
    rows: int
    digest: str
    counts: dict[str, Any]
    engine: str
    columns: dict[str, str]
    files: dict[str, FileEntry]
    reason: str
    persons_scale: int
    synthetic: bool
    report: dict[str, Any]
    inputs: str
    deliveries: str
    holding: int


def is_data_file(name: str) -> bool:
    """Whether a file belongs to the month: not the record, nor extra files of an engine (`_SUCCESS`, `.….crc`)."""
    return not any(piece.startswith(("_", ".")) for piece in name.split("/"))


def data_files(folder: Path) -> dict[str, Path]:
    """The files of the month in a local folder, by their relative names, in order."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: files[name] for name in sorted(files) if is_data_file(name)}


def parquet_names(names: Iterable[str]) -> list[str]:
    """The names of the Parquet files, in order. Other files of a month, such as those for offices, hold no rows of it."""
    return sorted(name for name in names if name.endswith(".parquet"))


def to_json(record: Mapping[str, object]) -> str:
    """The JSON text of a record."""
    return json.dumps(record, indent=1, sort_keys=True) + "\n"


def missing_month(table: str, month: str) -> MonthRefused:
    """The error for a month that was never promoted."""
    return MonthRefused(f"{table} has no month {month}: run the stage that builds it first")


def missing_file(table: str, month: str, name: str) -> MonthRefused:
    """The error for a file that the record lists and that is missing or incomplete."""
    return MonthRefused(f"{table} of {month}: {name} is missing or incomplete: run that month again with --force")
