"""What the Dagster UI is shown of a release: where it and its report are, its findings, the first rows of each table.

Belongs here: reading the released files, and only those, and nothing before a release is public: while it waits under
embargo no figure of it is shown. Findings are those of the page and the command. Paths are relative to the folder of
releases.
"""

from pathlib import Path

import dagster as dg
import polars as pl

from assets.release.findings.coverage import history
from assets.release.findings.source import FREE, Source, withholdable
from assets.release.publish import PublicationResult
from assets.release.report.sentences import five_lines
from assets.svg import stacked_bar_chart
from schemas.months import first_day
from schemas.summaries import SUMMARIES
from schemas.summaries.common import ALL, NATION
from schemas.tables import Table

ROWS, COLUMNS = 3, 8
WITHHELD = "withheld"
_TOTALS = (ALL, NATION, "nation", "any")


def release_metadata(published: PublicationResult) -> dict[str, dg.MetadataValue]:
    """Where report and release are; of a public one the findings in words, and a chart."""
    name = published.release_id
    told = {} if published.waits_until else _findings(published.folder)
    places = {"report": f"{name}/report/index.html", "release": name}
    return {**told, **{what: dg.MetadataValue.path(path) for what, path in places.items()}}


def table_previews(published: PublicationResult) -> dict[str, dg.MetadataValue]:
    """A few rows of each table of a public release; of one that waits nothing."""
    tables = () if published.waits_until else SUMMARIES
    return {f"preview/{table.name}": _preview(published, table) for table in tables}


def _findings(folder: Path) -> dict[str, dg.MetadataValue]:
    """The five lines of the command, and national coverage by month, as released."""
    lines = "\n".join(f"- {line}" for line in five_lines(folder, "en"))
    found = history(Source(folder), ALL)
    ratios = {f"{month:%Y-%m}": [100 * cell.value] for month, cell in found if cell.value is not None}
    hidden = ", ".join(f"{month:%Y-%m}" for month, cell in found if cell.is_withheld)
    drawn = (
        stacked_bar_chart("Coverage of the nation, as released", "%", ratios, ".1f") or "no coverage ratio is released"
    )
    chart = f"{drawn}\n\nwithheld: {hidden}" if hidden else drawn
    return {"findings": dg.MetadataValue.md(lines), "chart": dg.MetadataValue.md(chart)}


def _preview(published: PublicationResult, table: Table) -> dg.TableMetadataValue:
    """Rows of the newest month, totals first; a withheld figure is said to be so, what is not there is empty.

    Only so many columns have room: keys that are the same in all of them, and columns of nothing, are left out.
    """
    keys = [name for name in table.key if table.storage[name] == pl.String()]
    totals = pl.sum_horizontal([pl.lit(0), *(pl.col(name).is_in(_TOTALS).cast(pl.Int32) for name in keys)])
    newest = _released(published.folder, table.name).filter(pl.col("month") == first_day(max(published.months)))
    rows = newest.sort(totals, descending=True, maintain_order=True).head(ROWS).collect()
    told = [name for name in rows.columns if rows[name].n_unique() > 1 or name not in table.key]
    told = [name for name in told if rows[name].null_count() < rows.height][:COLUMNS]
    may_be = withholdable(table.name)
    records = [
        dg.TableRecord({name: WITHHELD if _is_withheld(row, name, may_be) else _plain(row[name]) for name in told})
        for row in rows.iter_rows(named=True)
    ]
    return dg.MetadataValue.table(records, dg.TableSchema([dg.TableColumn(name) for name in told]))


def _is_withheld(row: dict[str, object], name: str, may_be: frozenset[str]) -> bool:
    return row[name] is None and name in may_be and row.get("conf_status", FREE) != FREE


def _released(folder: Path, table: str) -> pl.LazyFrame:
    return pl.scan_parquet(folder / "parquet" / f"{table}.parquet")


def _plain(value: object) -> str | int | float | bool:
    """As a table of the UI takes it."""
    if value is None:
        return ""
    return value if isinstance(value, str | int | float | bool) else str(value)
