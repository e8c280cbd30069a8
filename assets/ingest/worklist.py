"""The rows of a month that an office has to correct: file, row number and rule, never a value of a row.

Belongs here: reading them from the quarantine and from the flags of accepted rows. Not here: texts and formats of the list
(`pipelines/cli/worklist`).
"""

from collections.abc import Collection
from pathlib import Path

import polars as pl

from assets.warehouse import Warehouse
from schemas.extracts.catalogue import stored_table
from schemas.tables import Table

ROWS = pl.Schema(
    {"source_file": pl.String(), "row_number": pl.Int32(), "rule": pl.String(), "is_quarantined": pl.Boolean()}
)


def rows_to_correct(
    warehouse: Warehouse, table: Table, month: str, files: Collection[str], *, with_flagged: bool
) -> pl.DataFrame:
    """The rows of these files that break rules. Grain: one per row and rule; columns: `ROWS`, sorted.

    A quarantined row has every rule that it breaks. `with_flagged`: also accepted rows that break a convention.
    """
    found = [_broken(warehouse.files(f"quarantine/{table.name}", month), "rules", files, is_quarantined=True)]
    if with_flagged:
        found.append(_broken(warehouse.files(stored_table(table).name, month), "flags", files, is_quarantined=False))
    return pl.concat(found).sort("source_file", "row_number", maintain_order=True)


def _broken(parts: Collection[Path], rules: str, files: Collection[str], *, is_quarantined: bool) -> pl.DataFrame:
    """A row for each rule that is named in the column `rules` of the parts."""
    frames = [
        pl.scan_parquet(part)
        .filter(pl.col("source_file").is_in(list(files)) & pl.col(rules).is_not_null())
        .select("source_file", "row_number", pl.col(rules).str.split(" ").alias("rule"))
        .explode("rule")
        .with_columns(is_quarantined=pl.lit(is_quarantined))
        .cast(ROWS)
        .collect()
        for part in parts
    ]
    return pl.concat([pl.DataFrame(schema=ROWS), *frames])
