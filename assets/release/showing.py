"""What the Dagster UI is shown of a release: where it and its report are, a chart, the first rows of each table.

Belongs here: reading the released files, and only those, and nothing before a release is public: while it waits under
embargo no figure of it is shown. Paths are relative to the folder of releases.
"""

from pathlib import Path

import dagster as dg
import polars as pl

from assets.ingest.month import first_day
from assets.pictures import columns
from assets.release.publish import Published
from schemas.model import Table
from schemas.summaries import SUMMARIES
from schemas.summaries.common import ALL, NATION

ROWS, COLUMNS = 3, 8
_TOTALS = (ALL, NATION, "nation", "any")


def shown(published: Published) -> dict[str, dg.MetadataValue]:
    """Where report and release are, and the chart of a public one."""
    name = published.release_id
    chart = {} if published.waits_until else {"chart": dg.MetadataValue.md(_chart(published.folder))}
    places = {"report": f"{name}/report/index.html", "release": name}
    return {**chart, **{what: dg.MetadataValue.path(path) for what, path in places.items()}}


def previews(published: Published) -> dict[str, dg.MetadataValue]:
    """A few rows of each table of a public release; of one that waits nothing."""
    tables = () if published.waits_until else SUMMARIES
    return {f"preview/{table.name}": _preview(published, table) for table in tables}


def _chart(folder: Path) -> str:
    """National coverage by month, as released."""
    is_nation = (pl.col("geography_basis") == "home") & (pl.col("geography_level") == "nation")
    is_whole = (pl.col("programme") == "any") & pl.all_horizontal(
        pl.col(name) == ALL for name in ("segment", "sex", "age_band")
    )
    rows = _released(folder, "coverage").filter(is_nation & is_whole & (pl.col("denominator_id") == "potential"))
    found = rows.select("month", "coverage_ratio").drop_nulls().collect()
    ratios = {f"{month:%Y-%m}": [100 * ratio] for month, ratio in found.iter_rows()}
    return columns("Coverage of the nation, as released", "%", ratios, ".1f") or "no coverage ratio is released"


def _preview(published: Published, table: Table) -> dg.TableMetadataValue:
    """Rows of the newest month, totals first; a withheld figure is empty.

    Only so many columns have room: keys that are the same in all of them, and columns of nothing, are left out.
    """
    keys = [name for name in table.key if table.storage[name] == pl.String()]
    totals = pl.sum_horizontal([pl.lit(0), *(pl.col(name).is_in(_TOTALS).cast(pl.Int32) for name in keys)])
    newest = _released(published.folder, table.name).filter(pl.col("month") == first_day(max(published.months)))
    rows = newest.sort(totals, descending=True, maintain_order=True).head(ROWS).collect()
    told = [name for name in rows.columns if rows[name].n_unique() > 1 or name not in table.key]
    told = [name for name in told if rows[name].null_count() < rows.height][:COLUMNS]
    records = [dg.TableRecord({name: _plain(row[name]) for name in told}) for row in rows.iter_rows(named=True)]
    return dg.MetadataValue.table(records, dg.TableSchema([dg.TableColumn(name) for name in told]))


def _released(folder: Path, table: str) -> pl.LazyFrame:
    return pl.scan_parquet(folder / "parquet" / f"{table}.parquet")


def _plain(value: object) -> str | int | float | bool:
    """As a table of the UI takes it."""
    if value is None:
        return ""
    return value if isinstance(value, str | int | float | bool) else str(value)
