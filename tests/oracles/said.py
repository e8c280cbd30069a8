"""The output of a reader: every table as Parquet of texts, and its verdict as JSON."""

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def told(value: Any) -> str | None:
    """A typed value as text: numbers in full, dates in ISO, flags in lower case; nothing stays nothing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):  # csvw reads a date as its midnight
        value = value.date() if value.time() == time() else value
    return value.isoformat() if isinstance(value, date) else repr(value) if isinstance(value, float) else str(value)


def hand_back(folder: str, name: str, columns: dict[str, list[Any]]) -> None:
    """A table, all text."""
    Path(folder).mkdir(exist_ok=True)
    arrays = {key: pa.array([told(value) for value in values], pa.string()) for key, values in columns.items()}
    pq.write_table(pa.table(arrays), Path(folder) / f"{name}.parquet")


def verdict(folder: str, content: Any) -> None:
    """The messages of the library about the files."""
    Path(folder).mkdir(exist_ok=True)
    (Path(folder) / "verdict.json").write_text(json.dumps(content))
