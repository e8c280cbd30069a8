"""The command `cakupan status`: which months have landed, ran or are held.

Belongs here: reading and printing. Nothing is changed.
"""

from collections.abc import Sequence
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated

import typer

from assets.errors import ReleaseRefused
from assets.ingest.delivery import is_complete
from assets.release.editions import Edition, configured_editions, find_edition, folder_of
from assets.release.hold import held_months
from assets.release.journal import current_release
from assets.resources import Locations
from pipelines.cli.arguments import Landing, Releases, WarehouseRoot, locations_of
from pipelines.cli.printing import print_wrapped
from pipelines.cli.query import screen
from pipelines.landing_zone import look
from schemas.extracts.catalogue import EXTRACTS, stored_table

_NOTHING = "No month has landed or been run."


def status(
    landing: Landing = None,
    warehouse: WarehouseRoot = None,
    releases: Releases = None,
    edition: Annotated[str, typer.Option(help="The edition whose current release is shown. Default: all.")] = "",
) -> None:
    """Show which months have landed, which were run, what is waited for or held, and the current releases."""
    editions = (find_edition(edition),) if edition else configured_editions()
    print_status(locations_of(landing, warehouse, releases), editions)


def print_status(locations: Locations, editions: Sequence[Edition]) -> None:
    """Print one line a month (landed, ingested, measured), what is waited for, refused or held; and the current releases."""
    landed = {
        folder.name: folder for folder in locations.landing.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]") if folder.is_dir()
    }
    months = sorted({*landed, *locations.warehouse.months("memberships"), *locations.warehouse.months("coverage")})
    rows = []
    for month in months:
        report = locations.warehouse.ingestion_report("memberships", month)
        accepted = sum(file["rows_accepted"] for file in report["files"])
        held = sum(file["rows_quarantined"] for file in report["files"])
        measured = "yes" if month in locations.warehouse.months("coverage") else "no"
        rows.append((month, _arrival(landed.get(month)), accepted, held, measured))
    names = ("month", "landed", "memberships", "quarantined", "coverage")
    shown = screen.table(names, rows, get_terminal_size().columns, with_constants=True) if rows else [_NOTHING]
    for line in shown:
        typer.echo(line)
    typer.echo()
    for line in [*look(locations.landing).messages(), *_refused(locations, months), *_held(locations)]:
        print_wrapped(f"• {line}", "", "  ")
    for edition in editions:
        try:
            release = current_release(folder_of(locations.releases, edition))
            typer.echo(f"Current {edition.name} release: {release.release_id}")
        except ReleaseRefused as nothing:
            print_wrapped(str(nothing))


def _refused(locations: Locations, months: list[str]) -> list[str]:
    """One line per file that was refused or is missing, by month."""
    lines: list[str] = []
    for month in months:
        for table in EXTRACTS:
            report = locations.warehouse.ingestion_report(stored_table(table).name, month)
            refused = [f"{file['name']} was refused: {file['message']}" for file in report["files"] if file["rejected"]]
            lines += [f"{month}: {line}" for line in refused]
            lines += [f"{month}: {name} was announced and was not there" for name in report["missing"]]
    return lines


def _held(locations: Locations) -> list[str]:
    """One line per finding that holds a month."""
    held = held_months(locations.warehouse, locations.releases)
    return [f"{month.about}: {each.message}" for month in held for each in month.findings]


def _arrival(folder: Path | None) -> str:
    if folder is None:
        return "no"
    return "complete" if is_complete(folder) else "no complete manifest"
