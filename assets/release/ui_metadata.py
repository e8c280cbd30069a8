"""The metadata of a release in the Dagster UI: its paths, its findings in words, a chart, the first rows of each table.

Belongs here: reading released files alone. No figure of a restricted edition, or of a release under embargo. Findings are
those of the report and the command. Paths are absolute, so that they can be opened.
"""

from pathlib import Path

import dagster as dg
import polars as pl

from assets.release.editions import Edition
from assets.release.findings.coverage import ratio_history
from assets.release.findings.reader import FREE, ReleaseReader, withholdable
from assets.release.publish import PublicationResult
from assets.release.published_release import PublishedRelease
from assets.release.report.sentences import five_lines
from assets.svg import stacked_bar_chart
from schemas.months import first_day
from schemas.summaries import SUMMARIES
from schemas.summaries.common import ALL, NATION
from schemas.tables import Table

ROWS, COLUMNS = 3, 8
WITHHELD = "withheld"
_TOTALS = (ALL, NATION, "nation", "any")


def release_metadata(published: PublicationResult, edition: Edition) -> dict[str, dg.MetadataValue]:
    """Identity, paths and row counts; for a public release that is current also the findings in words, and a chart."""
    manifest, folder = published.release.manifest, published.release.folder.absolute()
    return {
        "edition": dg.MetadataValue.text(edition.name),
        **({"notice": dg.MetadataValue.text(edition.notice)} if edition.notice else {}),
        "status": dg.MetadataValue.text(manifest.release.status),
        **(_findings(published.release.folder) if _shows_figures(published, edition) else {}),
        "report": dg.MetadataValue.path(str(folder / "report" / "index.html")),
        "release": dg.MetadataValue.path(str(folder)),
        "release_id": dg.MetadataValue.text(manifest.release_id),
        **({"waits_until": dg.MetadataValue.text(published.waits_until)} if published.waits_until else {}),
        "months": dg.MetadataValue.json(sorted(manifest.months)),
        "rows": dg.MetadataValue.json(manifest.rows),
        "dagster/row_count": dg.MetadataValue.int(sum(manifest.rows.values())),
        "unchanged": dg.MetadataValue.bool(published.reused),
    }


def table_previews(published: PublicationResult, edition: Edition) -> dict[str, dg.MetadataValue]:
    """The first rows of each table of a public release that is current; nothing for any other."""
    tables = SUMMARIES if _shows_figures(published, edition) else ()
    return {f"preview/{table.name}": _preview(published.release, table) for table in tables}


def _shows_figures(published: PublicationResult, edition: Edition) -> bool:
    """The UI has no login: it shows what everybody may see."""
    return not (edition.is_restricted or published.waits_until)


def _findings(folder: Path) -> dict[str, dg.MetadataValue]:
    """The five lines of the command, and national coverage by month, as released."""
    lines = "\n".join(f"- {line}" for line in five_lines(folder, "en"))
    found = ratio_history(ReleaseReader(folder), ALL)
    ratios = {f"{month:%Y-%m}": [100 * cell.value] for month, cell in found if cell.value is not None}
    hidden = ", ".join(f"{month:%Y-%m}" for month, cell in found if cell.is_withheld)
    drawn = (
        stacked_bar_chart("Coverage of the nation, as released", "%", ratios, ".1f") or "no coverage ratio is released"
    )
    chart = f"{drawn}\n\nwithheld: {hidden}" if hidden else drawn
    return {"findings": dg.MetadataValue.md(lines), "chart": dg.MetadataValue.md(chart)}


def _preview(release: PublishedRelease, table: Table) -> dg.TableMetadataValue:
    """Rows of the newest month, totals first. A withheld figure is marked; a figure that does not exist is empty.

    The UI has room for few columns: keys that are the same in all rows and empty columns are left out.
    """
    keys = [name for name in table.key if table.storage[name] == pl.String()]
    totals = pl.sum_horizontal([pl.lit(0), *(pl.col(name).is_in(_TOTALS).cast(pl.Int32) for name in keys)])
    newest = _scan(release, table).filter(pl.col("month") == first_day(max(release.manifest.months)))
    rows = newest.sort(totals, descending=True, maintain_order=True).head(ROWS).collect()
    columns = [name for name in rows.columns if rows[name].n_unique() > 1 or name not in table.key]
    columns = [name for name in columns if rows[name].null_count() < rows.height][:COLUMNS]
    sensitive = withholdable(table.name)
    records = [
        dg.TableRecord(
            {name: WITHHELD if _is_withheld(row, name, sensitive) else _plain(row[name]) for name in columns}
        )
        for row in rows.iter_rows(named=True)
    ]
    return dg.MetadataValue.table(records, dg.TableSchema([dg.TableColumn(name) for name in columns]))


def _is_withheld(row: dict[str, object], name: str, sensitive: frozenset[str]) -> bool:
    return row[name] is None and name in sensitive and row.get("conf_status", FREE) != FREE


def _scan(release: PublishedRelease, table: Table) -> pl.LazyFrame:
    return pl.scan_parquet(release.folder / "parquet" / f"{table.name}.parquet")


def _plain(value: object) -> str | int | float | bool:
    """A value that a table of the UI accepts."""
    if value is None:
        return ""
    return value if isinstance(value, str | int | float | bool) else str(value)
