"""The command `cakupan report`: the page of the current release, in the browser.

Belongs here: its arguments and what it prints. Not: what the page shows (`assets.release.report`).
"""

import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from assets.errors import ReleaseRefused
from assets.release.layout import REPORT
from pipelines.cli.arguments import EditionName, Language, Releases, edition_folder, language_of


def report(
    show: Annotated[
        bool | None, typer.Option("--open/--no-open", help="Open it in the browser. Default: on a terminal.")
    ] = None,
    lines: Annotated[bool, typer.Option("--lines", help="Print its five findings instead, in a line each.")] = False,
    lang: Language = "",
    edition: EditionName = "public",
    releases: Releases = None,
) -> None:
    """Name the report of the current release, and open it in the browser. It is one file and needs no network."""
    from pipelines.cli.query.connection import release_folder

    if lines:
        _print_lines(release_folder(edition_folder(releases, edition)), language_of(lang))
        return

    page = release_folder(edition_folder(releases, edition)) / REPORT
    if not page.exists():
        raise ReleaseRefused(f"release {page.parents[1].name} has no {REPORT}: restore it from a copy")
    typer.echo(str(page))
    if sys.stdout.isatty() if show is None else show:
        webbrowser.open(page.as_uri())


def _print_lines(release: Path, language: str) -> None:
    """The findings for a director; in English also how many figures are withheld."""
    import json

    from assets.release.disclosure.certificate import NAME as CERTIFICATE
    from assets.release.disclosure.information_loss import explain_information_loss
    from assets.release.report.sentences import five_lines
    from pipelines.cli.printing import print_wrapped

    found = five_lines(release, language)
    if language == "en":
        found.append(explain_information_loss(json.loads((release / CERTIFICATE).read_text(encoding="utf-8"))))
    for line in filter(None, found):
        print_wrapped(f"• {line}", "", "  ")
