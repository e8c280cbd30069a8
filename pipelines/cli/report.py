"""The command `cakupan report`: the page of the current release, in the browser.

Belongs here: its arguments and what it prints. Not: what the page shows (`assets.release.report`).
"""

import sys
import webbrowser
from typing import Annotated

import typer

from assets.errors import ReleaseRefused
from assets.release.layout import REPORT
from pipelines.cli.arguments import EditionName, Releases, edition_folder


def report(
    show: Annotated[
        bool | None, typer.Option("--open/--no-open", help="Open it in the browser. Default: on a terminal.")
    ] = None,
    edition: EditionName = "public",
    releases: Releases = None,
) -> None:
    """Name the report of the current release, and open it in the browser. It is one file and needs no network."""
    from pipelines.cli.query.connection import release_folder

    page = release_folder(edition_folder(releases, edition)) / REPORT
    if not page.exists():
        raise ReleaseRefused(f"release {page.parents[1].name} has no {REPORT}: restore it from a copy")
    typer.echo(str(page))
    if sys.stdout.isatty() if show is None else show:
        webbrowser.open(page.as_uri())
