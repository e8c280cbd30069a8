"""The command `cakupan sql`: a query over the current release, or a prompt.

Belongs here: its arguments, and the choice of the output. Nothing is changed. Not: what a query may do and how its result is
shown (`query`).
"""

import sys
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated

import typer

from pipelines.cli.arguments import Csv, EditionName, Json, ParquetFile, Records, Releases, XlsxFile, edition_folder

SHOWN_ROWS = 100


def sql(
    query: Annotated[
        str, typer.Argument(help='For example: "FROM coverage_headline". Without a query: a prompt, or standard input.')
    ] = "",
    edition: EditionName = "public",
    releases: Releases = None,
    records: Records = False,
    csv: Csv = False,
    json: Json = False,
    parquet: ParquetFile = None,
    xlsx: XlsxFile = None,
) -> None:
    """Ask the current release of an edition: a table as wide as the screen, or a file; read-only, no access to other files."""
    if sum(map(bool, (records, csv, json, parquet, xlsx))) > 1:
        raise typer.BadParameter("choose one of --records, --csv, --json, --parquet, --xlsx")
    from pipelines.cli.query.connection import release_folder

    folder = release_folder(edition_folder(releases, edition))
    if not query and sys.stdin.isatty():
        from assets.release.editions import find_edition
        from pipelines.cli.query.prompt import run_prompt

        run_prompt(folder, find_edition(edition).notice)
        return
    answer(folder, query or sys.stdin.read(), edition, records=records, csv=csv, json=json, parquet=parquet, xlsx=xlsx)


def answer(
    folder: Path,
    query: str,
    edition: str,
    *,
    records: bool = False,
    csv: bool = False,
    json: bool = False,
    parquet: Path | None = None,
    xlsx: Path | None = None,
) -> None:
    """Print the result of the query on the release in the folder, or write it to a file. Raises CakupanError.

    The notice of a restricted edition is printed as an error, so that it is in no output that a program reads.
    """
    from assets.release.editions import find_edition
    from pipelines.cli.query import files, screen
    from pipelines.cli.query.connection import fetch, open_release

    file, notice = parquet or xlsx, find_edition(edition).notice
    file = file.absolute() if file else None
    with open_release(folder, file if parquet else None) as con:
        if parquet and file:
            files.write_parquet(con, query, file)
        elif csv or json or xlsx:
            result = fetch(con, query)
            if xlsx and file:
                files.write_workbook(result, file, _notes(folder, query, notice))
            else:
                (files.write_csv if csv else files.write_json)(result, sys.stdout)
        else:
            result = fetch(con, query, SHOWN_ROWS)
            for line in screen.lines(result, get_terminal_size().columns, as_records=records):
                typer.echo(line)
    if file:
        typer.echo(f"written: {parquet or xlsx}")
    if notice:
        typer.echo(notice, err=True)


def _notes(folder: Path, query: str, notice: str) -> list[tuple[str, str]]:
    """The notes of a workbook: the release, the query, and what an empty cell is."""
    empty = "no figure: withheld, or not reported. The column conf_status of the table gives the reason."
    restricted = [("notice", notice)] if notice else []
    return [*restricted, ("release", folder.name), ("query", query), ("an empty cell", empty)]
