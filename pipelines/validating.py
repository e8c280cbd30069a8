"""Looking without running: what an office's file breaks, and where the months stand.

Belongs here: the two commands that read and change nothing. Row numbers and rule names are shown, never a value.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.table import Table as Grid

from assets.errors import CakupanError, FileRejected, ReleaseRefused, contained
from assets.ingest.delivery import is_complete
from assets.ingest.evidence import UNREADABLE
from assets.ingest.filenames import shown
from assets.ingest.looking import Found, look_at
from assets.release.held import holding
from assets.release.publish import current
from assets.resources import Places
from pipelines.landed import look
from pipelines.printing import out
from schemas.extracts import EXTRACTS, stored_table
from schemas.model import Severity, Table
from schemas.months import first_day
from schemas.plausibility import PLAUSIBILITY

SHOWN_ROWS = 8


def print_findings(file: Path, extract: str, month: str | None) -> bool:
    """Print the broken rules of a file with row numbers; whether rows would be quarantined. Raises CakupanError."""
    table = _table(extract)
    reported = _month(month)
    try:
        with contained():
            found = look_at(file, table, reported)
    except FileRejected as refused:
        raise CakupanError(f"{shown(file.name)}: {refused}") from None
    held = _print_rules(file, table, found.rows, reported, found.broken)
    _print_columns(found)
    return held


def _print_columns(found: Found) -> None:
    """What became of whole columns: mended cells, columns that cannot be read, columns that nobody asked for."""
    mended = [f"{name} ({column.mended:,})" for name, column in sorted(found.columns.items()) if column.mended]
    unreadable = [name for name, style in sorted(found.styles.items()) if style == UNREADABLE]
    if mended:
        out.print(f"Mended cells: {', '.join(mended)}.")
    if unreadable:
        out.print(
            f"Columns whose texts contradict each other or could mean two things, not read: {', '.join(unreadable)}."
        )
    if found.ignored:
        out.print(f"Columns that are not read: {', '.join(found.ignored)}.", markup=False)


def _print_rules(file: Path, table: Table, rows: int, month: date, found: dict[str, list[int]]) -> bool:
    rules = [rule for rule in (*table.cross_row_rules(), *table.all_rules()) if found.get(rule.name)]
    held = {row for rule in rules if rule.severity is Severity.FATAL for row in found[rule.name]}
    out.print(f"{shown(file.name)}: {rows:,} rows as {table.name} of {month:%Y-%m}; {len(held):,} would be quarantined")
    if rules:
        grid = Grid("rule", "effect", "rows", "row numbers", "how to mend it")
        effects = {Severity.FATAL: "quarantined", Severity.CONVENTION: "flagged", Severity.CHARACTERIZATION: "counted"}
        for rule in rules:
            numbers = sorted(found[rule.name])
            listed = ", ".join(str(number) for number in numbers[:SHOWN_ROWS]) + (
                " …" if len(numbers) > SHOWN_ROWS else ""
            )
            grid.add_row(rule.name, effects[rule.severity], f"{len(numbers):,}", listed, rule.mend)
        out.print(grid)
    return bool(held)


def _table(extract: str) -> Table:
    for table in EXTRACTS:
        if table.name == extract:
            return table
    raise CakupanError(f"no extract {extract}: it is one of {', '.join(table.name for table in EXTRACTS)}")


def _month(month: str | None) -> date:
    if month is None:
        return (datetime.now(UTC).date().replace(day=1) - timedelta(days=1)).replace(day=1)
    try:
        return first_day(month)
    except ValueError:
        raise CakupanError(f"{month} is not a month: write YYYY-MM") from None


def print_status(places: Places) -> None:
    """Print one line a month (landed, ingested, measured), what is waited for, refused or held; and the current release."""
    landed = {
        folder.name: folder for folder in places.landing.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]") if folder.is_dir()
    }
    months = sorted({*landed, *places.warehouse.months("memberships"), *places.warehouse.months("coverage")})
    grid = Grid("month", "landed", "memberships", "quarantined", "coverage")
    for month in months:
        report = places.warehouse.stage("memberships", month).get("report", {"files": []})
        accepted = sum(file["rows_accepted"] for file in report["files"])
        held = sum(file["rows_quarantined"] for file in report["files"])
        measured = "yes" if month in places.warehouse.months("coverage") else "no"
        grid.add_row(month, _arrival(landed.get(month)), f"{accepted:,}", f"{held:,}", measured)
    out.print(grid if months else "No month has landed or been run.")
    for line in [*look(places.landing).said(), *_refused(places, months), *_held(places)]:
        out.print(f"• {line}", soft_wrap=True, markup=False)
    try:
        out.print(f"Current release: {current(places.releases).name}")
    except ReleaseRefused as nothing:
        out.print(str(nothing))


def _refused(places: Places, months: list[str]) -> list[str]:
    """One line a file that was refused or is missing, by month."""
    lines: list[str] = []
    for month in months:
        for table in EXTRACTS:
            report = places.warehouse.stage(stored_table(table).name, month).get("report", {"files": [], "missing": []})
            refused = [f"{file['name']} was refused: {file['message']}" for file in report["files"] if file["rejected"]]
            lines += [f"{month}: {line}" for line in refused]
            lines += [f"{month}: {name} was announced and was not there" for name in report["missing"]]
    return lines


def _held(places: Places) -> list[str]:
    """One line a finding that holds a month."""
    found = holding(places.warehouse, places.releases, places.warehouse.months(PLAUSIBILITY.name))
    return [f"{month} is held: {each.message}" for month, held in found.items() for each in held]


def _arrival(folder: Path | None) -> str:
    if folder is None:
        return "no"
    return "complete" if is_complete(folder) else "no complete manifest"
