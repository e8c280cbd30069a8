"""The baseline: polars or DuckDB parse the same CSV files as text and write them as Parquet.

Belongs here: the cost of a month without any processing. Separators are detected before, and not timed.
"""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pyarrow as pa

SEPARATORS = ",;\t|"
_COMPRESSION = {".gz": "gzip", ".zst": "zstd"}


def csv_files(landing: Path, month: str) -> Iterator[tuple[Path, str]]:
    """The delimited files of a month, of all extracts, with their separators."""
    for path in sorted((landing / month).glob("*/*.csv*")):
        with pa.input_stream(str(path), compression=_COMPRESSION.get(path.suffix)) as stream:
            header = stream.read(4096).decode("utf-8", "replace").partition("\n")[0]
        yield path, max(SEPARATORS, key=header.count)


def with_polars(path: Path, separator: str, target: Path) -> None:
    """Parse and write with polars, streaming."""
    scan = pl.scan_csv(path, separator=separator, infer_schema=False, encoding="utf8-lossy", truncate_ragged_lines=True)
    scan.sink_parquet(target, compression="zstd", compression_level=1)


def with_duckdb(path: Path, separator: str, target: Path) -> None:
    """Parse and write with DuckDB. It skips lines that it cannot read, because it would stop at them."""
    with duckdb.connect(config={"threads": 1, "preserve_insertion_order": False}) as con:
        query = "SELECT * FROM read_csv(?, delim = ?, header = true, all_varchar = true, ignore_errors = true, encoding = ?)"
        options = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        try:
            con.execute(f"COPY ({query}) TO '{target}' {options}", [str(path), separator, "utf-8"])
        except duckdb.Error:  # Windows-1252
            con.execute(f"COPY ({query}) TO '{target}' {options}", [str(path), separator, "latin-1"])


ENGINES: dict[str, Callable[[Path, str, Path], None]] = {"polars": with_polars, "duckdb": with_duckdb}


def main() -> None:
    """`python -m benchmarks.baseline ENGINE LANDING MONTH`: print the wall and CPU seconds of parsing and writing."""
    engine, landing, month = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    files = list(csv_files(landing, month))
    paths, separators = zip(*files, strict=True)
    with TemporaryDirectory(dir=landing) as folder:
        targets = [Path(folder, f"{number}.parquet") for number in range(len(files))]
        start, cpu_before = time.monotonic(), time.process_time()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(ENGINES[engine], paths, separators, targets))
        print(f"{time.monotonic() - start:.2f} {time.process_time() - cpu_before:.2f}")


if __name__ == "__main__":
    main()
