"""Rows that share a key across the files of a month: exact copies collapse, contradictions are quarantined.

Belongs here: duplicates, which only the whole month can show. Keys are hashed and sorted in parts of limited size; only
parts that lose a row are written again.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import xor
from pathlib import Path

import polars as pl

from assets.ingest import stored_rows
from assets.ingest.batch import ROW_NUMBER, decode, to_text
from assets.ingest.delivery import DeliveredFile
from assets.ingest.readers.files import read_batches
from assets.ingest.report import FileReport
from schemas.extracts.catalogue import stored_table
from schemas.tables import Table

MAX_SORTED_KEYS = 32 << 20  # keys per sort: eight bytes each, in up to three copies
_WHERE = ("source_file", ROW_NUMBER)


def resolve_duplicates(
    table: Table, accepted: Path, quarantine: Path, files: dict[str, DeliveredFile], reports: dict[str, FileReport]
) -> None:
    """Collapse exact duplicates (the first in file order is kept) and quarantine all rows of a key with different contents."""
    copies = _rows_with_repeated_keys(table, accepted)
    if copies.is_empty():
        return
    content = [name for name in copies.columns if name not in (*_WHERE, "part")]
    key = list(stored_table(table).key)
    versions = copies.unique(content).group_by(key).len("versions")
    counted = copies.join(versions, on=key, how="left", nulls_equal=True)
    conflict = counted.filter(pl.col("versions") > 1)
    first = counted.filter(pl.col("versions") == 1).sort(_WHERE).unique(key, keep="first", maintain_order=True)
    collapsed = counted.filter(pl.col("versions") == 1).join(first, on=list(_WHERE), how="anti")
    for name, count in collapsed.group_by("source_file").len().iter_rows():
        reports[name].rows_collapsed += count
    for position, (name, rows) in enumerate(_by_file(conflict)):
        reports[name].broken[table.conflict] += rows.height
        reports[name].rows_quarantined += rows.height
        rows_as_delivered = _raw_rows(files[name], table, set(rows[ROW_NUMBER])).with_columns(
            pl.lit(table.conflict).alias("rules")
        )
        stored_rows.to_quarantine_columns(rows_as_delivered, table, name).write_parquet(
            quarantine / f"conflict-{position:05d}.parquet"
        )
    _remove(pl.concat([collapsed, conflict]), accepted, reports)


def collapse_copies(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The accepted rows of a batch without exact copies, so that fewer parts are written a second time."""
    key = stored_table(table).key
    hashes = rows.select(_key_hash(key)).to_series()
    repeated = _repeated(hashes)
    if repeated.is_empty():
        return rows
    copies = rows.filter(hashes.is_in(repeated.implode()))
    content = [name for name in rows.columns if name not in _WHERE]
    first = copies.unique(content, keep="first", maintain_order=True)
    removed = copies.join(first, on=ROW_NUMBER, how="anti")[ROW_NUMBER]
    return rows.filter(~pl.col(ROW_NUMBER).is_in(removed.implode()))


def _rows_with_repeated_keys(table: Table, accepted: Path) -> pl.DataFrame:
    """The accepted rows that share their key with another row, with the path of their part."""
    rows = pl.scan_parquet(accepted / "*.parquet", include_file_paths="part")
    hashes = _key_hash(stored_table(table).key)
    repeated = repeated_keys(pl.scan_parquet(accepted / "*.parquet").select(hashes))
    return rows.filter(hashes.is_in(repeated.implode())).collect() if len(repeated) else rows.head(0).collect()


def repeated_keys(keys: pl.LazyFrame) -> pl.Series:
    """The repeated values of a single column of whole numbers; at most about `MAX_SORTED_KEYS` rows are sorted at once."""
    name, rows = keys.collect_schema().names()[0], keys.select(pl.len()).collect().item()
    parts = rows // MAX_SORTED_KEYS + 1
    if parts == 1:
        return _repeated(keys.collect(engine="streaming").to_series())
    chosen = (keys.filter(pl.col(name) % parts == part) for part in range(parts))
    return pl.concat(_repeated(part.collect(engine="streaming").to_series()) for part in chosen)


def _repeated(values: pl.Series) -> pl.Series:
    ordered = values.sort()
    return ordered.filter((ordered == ordered.shift(1)).fill_null(value=False)).unique()


def _key_hash(key: Sequence[str]) -> pl.Expr:
    """A hash of the key. Different keys may share a hash: whole rows are compared afterwards."""
    return reduce(xor, (pl.col(name).hash(seed=position) for position, name in enumerate(key)))


def _by_file(rows: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    for (name,), group in rows.sort(_WHERE).group_by("source_file", maintain_order=True):
        yield str(name), group


def _remove(rows: pl.DataFrame, accepted: Path, reports: dict[str, FileReport]) -> None:
    """Remove these rows from the parts that contain them."""
    parts = {Path(str(part)): removed for (part,), removed in rows.group_by("part")}
    for removed in parts.values():
        reports[removed["source_file"][0]].rows_accepted -= removed.height

    def rewrite(part: Path) -> None:
        kept = pl.read_parquet(part).join(parts[part], on=[ROW_NUMBER], how="anti", maintain_order="left")
        part.unlink()
        if kept.height:
            kept.write_parquet(accepted / part.name, compression="lz4", statistics=False)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(rewrite, parts))


def _raw_rows(file: DeliveredFile, table: Table, numbers: set[int]) -> pl.DataFrame:
    """The rows with these numbers as the office wrote them. Reads the file again."""
    batches = read_batches(file.path, table)
    wanted = pl.col(ROW_NUMBER).is_in(numbers)
    return pl.concat(to_text(decode(batch.rows.filter(wanted), batch.dictionaries)) for batch in batches)
