"""A month of a table as a snapshot: its record with the list of its files, and what is said where one is missing.

Belongs here: what both kinds of storage agree on. Not: how either keeps it.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from assets.errors import MonthRefused

STAGE = "_stage.json"  # the record: fingerprint, counts, and `files`: name → bytes (and SHA-256 in a bucket)
KEPT_VERSIONS = 2
Record = dict[str, Any]


def is_part(name: str) -> bool:
    """Whether a file belongs to the snapshot: not the record, nor what an engine leaves beside (`_SUCCESS`, `.….crc`)."""
    return not any(piece.startswith(("_", ".")) for piece in name.split("/"))


def parts(folder: Path) -> dict[str, Path]:
    """The files of the snapshot in a local folder, by their names below it, in order."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: files[name] for name in sorted(files) if is_part(name)}


def tables_of(names: Iterable[str]) -> list[str]:
    """The names that hold rows of the table, in order: its Parquet files, not what stands beside them for offices."""
    return sorted(name for name in names if name.endswith(".parquet"))


def as_json(record: Record) -> str:
    """A record as it is written."""
    return json.dumps(record, indent=1, sort_keys=True) + "\n"


def no_month(table: str, month: str) -> MonthRefused:
    """What is said of a month that was never promoted."""
    return MonthRefused(f"{table} has no month {month}: run the stage that makes it first")


def gone(table: str, month: str, name: str) -> MonthRefused:
    """What is said of a file that the record lists and that is not there in full."""
    return MonthRefused(f"{table} of {month}: {name} is gone (or not whole): run that month again with --force")
