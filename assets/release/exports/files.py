"""Writing exports as JSON and compressed CSV, the same bytes for the same content.

Belongs here: writing, and the few facts of a release that several standards need. Not: the content of a standard.
"""

import json
from datetime import date
from pathlib import Path

import polars as pl

from assets.release.published_release import HISTORY
from schemas.releases import RELEASE_MONTHS
from schemas.tables import Table

NAME = "cakupan-coverage"
TITLE = {
    "en": "Coverage of Indonesia's employment social security",
    "id": "Cakupan kepesertaan jaminan sosial ketenagakerjaan Indonesia",
}
GUARD = (
    "a text that begins with an apostrophe has an added one, which is not part of it: "
    "spreadsheets then do not run it as a formula"
)


def write_json(path: Path, content: object) -> None:
    """Write indented JSON; keys keep their order."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write_csv_gz(path: Path, frame: pl.DataFrame) -> None:
    """Write compressed CSV; polars writes neither time nor name into the header of the file."""
    frame.write_csv(path, compression="gzip", compression_level=6)


def frame_of(folder: Path, table: Table) -> pl.DataFrame:
    """The rows of a table as released."""
    return pl.read_parquet(folder / "parquet" / f"{table.name}.parquet", columns=table.released().names)


def months(folder: Path, table: Table) -> tuple[str, str]:
    """First and last month of the table, as YYYY-MM; empty if it has no row."""
    ends = pl.scan_parquet(folder / "parquet" / f"{table.name}.parquet").select(
        first=pl.col("month").min(), last=pl.col("month").max()
    )
    first, last = ends.collect().row(0)
    return (f"{first:%Y-%m}", f"{last:%Y-%m}") if first else ("", "")


def provisional(folder: Path) -> list[date]:
    """Months whose newest vintage is provisional; none if the folder has no registry."""
    path = folder / HISTORY / f"{RELEASE_MONTHS.name}.parquet"
    if not path.exists():
        return []
    newest = pl.read_parquet(path).drop_nulls("sequence").sort("month", "sequence").unique("month", keep="last")
    return newest.filter(pl.col("status") == "provisional")["month"].sort().to_list()
