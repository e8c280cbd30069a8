"""The commands about releases: which there are, what changed between two, going back, and whether they are untouched.

Belongs here: what is printed of releases. Figures come from released files alone. Not: publishing (`assets.release`).
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Grid

from assets.disk import file_lock
from assets.errors import CakupanError, ReleaseRefused
from assets.release.changes import changes, released_tables
from assets.release.comparison import largest, summary
from assets.release.journal import CURRENT, Entry, Journal
from assets.release.revision_log import MANIFEST
from assets.release.switch import current, lift, roll_back
from assets.release.verify import problems
from pipelines.cli.arguments import Releases, locations_of
from pipelines.cli.printing import err, out

Named = Annotated[str, typer.Argument(help="A release as `cakupan releases` lists it, or current.")]


def releases(
    lift_now: Annotated[
        bool, typer.Option("--lift", help="Switch to the release that waits, if its embargo is over.")
    ] = False,
    releases: Releases = None,
) -> None:
    """Which releases there are: month, vintage, status, when they were published, which one is current."""
    root = locations_of(releases=releases).releases
    if lift_now:
        with file_lock(root, "release"):
            lifted = lift(root)
        out.print(f"{lifted} is current now" if lifted else waiting(root) or "No release waits.", soft_wrap=True)
    journal = Journal(root)
    built = {entry["release"]: entry for entry in journal.entries("built")}
    grid = Grid("release", "vintage", "status", "published", "changed", "state")
    grid.columns[0].no_wrap = True  # it is there to be copied
    for name, entry in built.items():
        about, month = entry["about"], entry["about"]["reference_month"][:7]
        vintage, changed = entry["vintages"][month], about["rows_changed"] + about["rows_removed"]
        reason = f" ({about['reason_class']})" if about["reason_class"] else ""
        told = (
            name,
            str(vintage),
            about["status"] + reason,
            entry["published_at"][:16].replace("T", " ") + " UTC",
            f"{changed:,}",
        )
        grid.add_row(*told, _state(root, journal, entry))
    out.print(grid if built else "Nothing has been released yet.")


def waiting(root: Path) -> str:
    """One line on the release that waits; empty where none does."""
    entry, journal = Journal(root).waiting(), Journal(root)
    if not entry:
        return ""
    until = entry["declared"]["embargo"]
    return f"{entry['release']} is built and audited and waits until {until}; current is {journal.current() or 'nothing yet'}"


def diff(
    before: Named,
    after: Named,
    limit: Annotated[int, typer.Option(help="How many of the largest changes to show.")] = 10,
    releases: Releases = None,
) -> None:
    """What changed between two releases: rows by table and month, why, and the largest changes of published figures."""
    root = locations_of(releases=releases).releases
    old, new = folder_of(root, before), folder_of(root, after)
    changed = changes(released_tables(old), released_tables(new))
    grid = Grid("table", "month", "added", "changed", "removed", "withheld", "why", title=f"{old.name} → {new.name}")
    counted = summary(changed, old, new)
    for row in counted.iter_rows():
        grid.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row))
    out.print(grid if counted.height else "No published row differs.")
    top = largest(changed, limit)
    if top.height:
        grid = Grid(
            "table",
            "month",
            "level",
            "row",
            "figure",
            "was",
            "is",
            "change",
            title="Largest changes of published figures",
        )
        for table, month, level, row, figure, was, now, relative, beyond in top.iter_rows():
            change = f"{100 * relative:+.1f} %" + (" !" if beyond else "")
            grid.add_row(table, month, level, row, figure, f"{was:,.6g}", f"{now:,.6g}", change)
        out.print(grid)
        out.print("! beyond its limit (list revision_limits)")


def rollback(
    release: Annotated[str, typer.Argument(help="Where to; default: the release before the current one.")] = "",
    reason: Annotated[str, typer.Option(help="Why; the journal and later releases repeat it.")] = "",
    releases: Releases = None,
) -> None:
    """Withdraw the release that waits, or else let `current` name an earlier one again."""
    root = locations_of(releases=releases).releases
    with file_lock(root, "release"):
        out.print(roll_back(root, release or None, reason), soft_wrap=True)


def verify(
    release: Annotated[str, typer.Argument(help="Which release; default: the current one.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Every release that the journal knows.")] = False,
    releases: Releases = None,
) -> None:
    """Whether a release is still as it was published, file by file; exit code 1 where it is not."""
    root = locations_of(releases=releases).releases
    known = dict.fromkeys(entry["release"] for entry in Journal(root).entries("built"))
    folders = (
        [root / name for name in known] if every else [root / release if release in known else folder_of(root, release)]
    )
    found = {folder.name: problems(folder) for folder in folders}
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


def folder_of(root: Path, name: str) -> Path:
    """The folder of a release; of the current one where none is named."""
    folder = current(root) if name in ("", CURRENT) else root / name
    if not (folder / MANIFEST).exists():
        raise ReleaseRefused(f"{name} is no release: see `cakupan releases`")
    return folder


def _state(root: Path, journal: Journal, entry: Entry) -> str:
    name, waits, withdrawn = entry["release"], journal.waiting(), journal.withdrawn()
    if not (root / name).exists():
        return "not there"
    if name == journal.current():
        return "current"
    if waits and waits["release"] == name:
        return f"waits until {entry['declared']['embargo']}" if entry["declared"]["embargo"] else "interrupted"
    if name in withdrawn:
        return f"withdrawn: {withdrawn[name]['reason']}"
    return "superseded" if name in journal.line() else "never public"
