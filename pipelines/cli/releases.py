"""The commands about releases: which there are, what changed between two, going back, and whether they are untouched.

Belongs here: what is printed of releases. Figures come from released files alone. Not: publishing (`assets.release`).
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated

import polars as pl
import typer

from assets.disk import file_lock
from assets.errors import CakupanError, ReleaseRefused
from assets.release.comparison import largest_revisions, summarise_changes
from assets.release.editions import find_edition
from assets.release.journal import Built, Journal, Switched, current_release
from assets.release.layout import CURRENT
from assets.release.publish import lift_embargo, roll_back
from assets.release.published_release import PublishedRelease
from assets.release.revisions import compare_releases
from assets.release.verify import verify_release
from pipelines.cli.arguments import EditionName, Releases, edition_folder
from pipelines.cli.printing import err, out
from pipelines.cli.query import screen

Named = Annotated[str, typer.Argument(help="A release as `cakupan releases` lists it, or current.")]


def releases(
    lift_now: Annotated[
        bool, typer.Option("--lift", help="Switch to the release that waits, if its embargo is over.")
    ] = False,
    edition: EditionName = "public",
    releases: Releases = None,
) -> None:
    """List the releases of an edition: month, vintage, status, when they became public, which one is current."""
    root = edition_folder(releases, edition)
    if lift_now:
        with _lock(root, edition):
            lifted = lift_embargo(root)
        out.print(f"{lifted} is current now" if lifted else waiting(root) or "No release waits.", soft_wrap=True)
    journal = Journal(root)
    built = {event.release: event for event in journal.of_kind(Built)}
    public_since = {event.release: event.at for event in reversed(journal.of_kind(Switched))}
    if not built:
        typer.echo(f"Nothing has been released yet in the {edition} edition.")
        return
    rows = []
    for name, event in built.items():
        row = event.row
        reason = f" ({row.reason_class})" if row.reason_class else ""
        rows.append(
            (
                name,
                event.vintages[f"{row.reference_month:%Y-%m}"],
                row.status + reason,
                public_since[name][:16].replace("T", " ") if name in public_since else "–",
                row.rows_changed + row.rows_removed,
                _state(journal, event),
            )
        )
    names = ("release", "vintage", "status", "published (UTC)", "changed", "state")
    for line in screen.table(names, rows, get_terminal_size().columns, with_constants=True):
        typer.echo(line)


def waiting(root: Path) -> str:
    """One line about the release under embargo; empty if there is none."""
    journal = Journal(root)
    event = journal.waiting()
    if not event:
        return ""
    until, current = event.publication.embargo, journal.current() or "nothing yet"
    return f"{event.release} is built and audited and is under embargo until {until}; current is {current}"


def diff(
    before: Named,
    after: Named,
    limit: Annotated[int, typer.Option(help="How many of the largest changes to show.")] = 10,
    edition: EditionName = "public",
    releases: Releases = None,
) -> None:
    """Show the changes between two releases: rows by table and month with reasons, and the largest changes of figures."""
    root = edition_folder(releases, edition)
    old, new = find_release(root, before), find_release(root, after)
    changed = compare_releases(old.summaries(), new.summaries())
    newest = max((*old.manifest.months, *new.manifest.months))
    counted = summarise_changes(changed, old, new).filter(
        pl.col("month") <= newest
    )  # no later month than a release has
    typer.echo(f"{old.release_id} → {new.release_id}\n")
    if not counted.height:
        typer.echo("No published row differs.")
    _print_table(("table", "month", "added", "changed", "removed", "withheld", "why"), counted.rows())
    top = [_shown_revision(*row) for row in largest_revisions(changed, limit).iter_rows()]
    if top:
        typer.echo("\nLargest changes of published figures; ! beyond its limit (list revision_limits)\n")
        _print_table(("table", "month", "level", "row", "figure", "was", "is", "change"), top, ("was", "is", "change"))


def _shown_revision(
    table: str, month: str, level: str, row: str, figure: str, was: float, now: float, relative: float, beyond: bool
) -> tuple[object, ...]:  # fmt: skip
    change = f"{100 * relative:+.1f} %" + (" !" if beyond else "")
    return (
        table,
        month,
        level,
        row,
        figure,
        *(f"{value:,.{0 if abs(value) >= 1000 else 3}f}" for value in (was, now)),
        change,
    )


def _print_table(names: tuple[str, ...], rows: Sequence[tuple[object, ...]], right: tuple[str, ...] = ()) -> None:
    for line in screen.table(names, rows, get_terminal_size().columns, right=right) if rows else ():
        typer.echo(line)


def rollback(
    release: Annotated[str, typer.Argument(help="Where to; default: the release before the current one.")] = "",
    reason: Annotated[str, typer.Option(help="Why; the journal and later releases repeat it.")] = "",
    edition: EditionName = "public",
    releases: Releases = None,
) -> None:
    """Withdraw the release under embargo; without one, make an earlier release current again."""
    root = edition_folder(releases, edition)
    with _lock(root, edition):
        out.print(roll_back(root, release or None, reason), soft_wrap=True)


def verify(
    release: Annotated[str, typer.Argument(help="Which release; default: the current one.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Every release in the journal.")] = False,
    edition: EditionName = "public",
    releases: Releases = None,
) -> None:
    """Check that a release is unchanged since its publication, file by file; exit code 1 if it is not."""
    root = edition_folder(releases, edition)
    known = dict.fromkeys(event.release for event in Journal(root).of_kind(Built))
    if every:
        named = [PublishedRelease(root / name) for name in known]
    else:
        named = [PublishedRelease(root / release) if release in known else find_release(root, release)]
    found = {each.release_id: verify_release(each) for each in named}
    for name, wrong in found.items():
        if not wrong:
            out.print(f"{name}: as published")
        for problem in wrong:
            err.print(f"[red]{name}:[/] ", end="")
            err.print(problem, markup=False)
    if any(found.values()):
        raise CakupanError(
            "tampered or damaged: restore the folder from a copy, or `cakupan rollback` to a sound release"
        )


def _lock(root: Path, edition: str) -> AbstractContextManager[None]:
    """The lock of the edition's releases. Raises ReleaseRefused if it has none."""
    if not root.is_dir():
        raise ReleaseRefused(f"no {edition} release yet: run `cakupan run --month YYYY-MM`")
    return file_lock(root, find_edition(edition).asset)


def find_release(root: Path, name: str) -> PublishedRelease:
    """The release of that name, or the current one. Raises ReleaseRefused where there is none."""
    release = current_release(root) if name in ("", CURRENT) else PublishedRelease(root / name)
    if not release.exists:
        raise ReleaseRefused(f"{name} is no release: see `cakupan releases`")
    return release


def _state(journal: Journal, event: Built) -> str:
    name, waits, withdrawn = event.release, journal.waiting(), journal.withdrawn()
    if not (journal.releases / name).exists():
        return "not there"
    if name == journal.current():
        return "current"
    if waits and waits.release == name:
        return f"waits until {event.publication.embargo}" if event.publication.embargo else "interrupted"
    if name in withdrawn:
        return f"withdrawn: {withdrawn[name].reason}"
    return "superseded" if name in journal.lineage() else "never public"
