"""Preview of a file: its broken rules and columns, as a run would find them.

Belongs here: the steps of ingestion without writing. Not here: printing the result.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from assets.errors import FileRejected
from assets.ingest.batch import ROW_NUMBER
from assets.ingest.readers.files import read_batches
from assets.ingest.report import ColumnReport
from assets.ingest.standardise import Standardiser
from assets.ingest.validation import rules_of_severity, validate
from schemas.refusals import NO_ROWS
from schemas.tables import Kind, Severity, Table


@dataclass
class Preview:
    """The findings in a file. `broken`: rule → row numbers as in a spreadsheet; `columns`: see `ColumnReport`."""

    rows: int = 0
    broken: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    columns: dict[str, ColumnReport] = field(default_factory=dict)
    styles: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def preview_file(path: Path, table: Table, month: date) -> Preview:
    """Read the file as a run would, and return the findings. Raises FileRejected if a run would reject the file."""
    standardiser = Standardiser(table, month)
    while True:
        preview, keys = Preview(), []
        for batch in read_batches(path, table):
            preview.rows += batch.rows.height + batch.broken.height
            for number, _, rule in batch.broken.iter_rows():
                preview.broken[rule].append(number)
            frame = standardiser.standardise(batch)
            broken = validate(frame, table).broken
            numbers = frame[ROW_NUMBER]
            for (rule,), group in broken.group_by("rule"):
                preview.broken[str(rule)] += numbers.gather(group["row"]).to_list()
            fatal = broken.filter(pl.col("rule").is_in(rules_of_severity(table, Severity.FATAL)))["row"]
            keys.append(
                _key_hashes(frame, table).filter(~pl.int_range(frame.height, eager=True).is_in(fatal.implode()))
            )
        if standardiser.is_settled():
            break
    if not preview.rows:
        raise FileRejected(NO_ROWS)
    preview.broken[table.conflict] = _conflicting_rows(pl.concat(keys))
    preview.columns, preview.styles, preview.ignored = standardiser.report, standardiser.styles(), standardiser.ignored
    return preview


def _key_hashes(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The row number, and hashes of the key and the content of each row."""
    content = [name for name in table.names if table.field(name).kind is not Kind.LIST]
    return pl.DataFrame(
        {
            ROW_NUMBER: frame[ROW_NUMBER],
            "key": frame.select(table.key).hash_rows(),
            "content": frame.select(content).hash_rows(),
        }
    )


def _conflicting_rows(rows: pl.DataFrame) -> list[int]:
    """The numbers of the rows that share their key with a row of different content."""
    versions = rows.group_by("key").agg(pl.col("content").n_unique().alias("versions")).filter(pl.col("versions") > 1)
    return rows.join(versions, on="key", how="semi")[ROW_NUMBER].sort().to_list()
