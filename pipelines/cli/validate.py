"""The command `cakupan validate`: the rules that an office's file breaks.

Belongs here: its arguments and what it prints. Row numbers and rule names are shown, never a value.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table as Grid

from assets.errors import CakupanError, FileRejected, contained
from assets.ingest.columns.evidence import UNREADABLE
from assets.ingest.filenames import printable
from assets.ingest.preview import Preview, preview_file
from pipelines.cli.printing import out
from schemas.extracts.catalogue import EXTRACTS
from schemas.months import first_day
from schemas.tables import Severity, Table

SHOWN_ROWS = 8


def validate(
    file: Annotated[Path, typer.Argument(help="The file an office means to send.", exists=True, dir_okay=False)],
    extract: Annotated[str, typer.Option(help="Which extract it is; see docs/deliveries.md.")] = "enrolments",
    month: Annotated[str | None, typer.Option(help="Month it reports, YYYY-MM. Default: last month.")] = None,
) -> None:
    """Check a file before it is sent: broken rules and row numbers, never a value."""
    if print_findings(file, extract, month):
        raise typer.Exit(3)


def print_findings(file: Path, extract: str, month: str | None) -> bool:
    """Print the broken rules of a file with row numbers; whether rows would be quarantined. Raises CakupanError."""
    table = _table(extract)
    reported = _month(month)
    try:
        with contained():
            found = preview_file(file, table, reported)
    except FileRejected as refused:
        raise CakupanError(f"{printable(file.name)}: {refused}") from None
    held = _print_rules(file, table, found.rows, reported, found.broken)
    _print_columns(found)
    return held


def _print_columns(found: Preview) -> None:
    """The result of whole columns: corrected cells, unreadable columns, columns that are not a field."""
    repaired = [f"{name} ({column.repaired:,})" for name, column in sorted(found.columns.items()) if column.repaired]
    unreadable = [name for name, style in sorted(found.styles.items()) if style == UNREADABLE]
    if repaired:
        out.print(f"Repaired cells: {', '.join(repaired)}.")
    if unreadable:
        out.print(
            f"Columns whose texts contradict each other or could mean two things, not read: {', '.join(unreadable)}."
        )
    if found.ignored:
        out.print(f"Columns that are not read: {', '.join(found.ignored)}.", markup=False)


def _print_rules(file: Path, table: Table, rows: int, month: date, found: dict[str, list[int]]) -> bool:
    rules = [rule for rule in (*table.cross_row_rules(), *table.all_rules()) if found.get(rule.name)]
    held = {row for rule in rules if rule.severity is Severity.FATAL for row in found[rule.name]}
    out.print(
        f"{printable(file.name)}: {rows:,} rows as {table.name} of {month:%Y-%m}; {len(held):,} would be quarantined"
    )
    if rules:
        grid = Grid("rule", "effect", "rows", "row numbers", "remedy")
        effects = {Severity.FATAL: "quarantined", Severity.CONVENTION: "flagged", Severity.CHARACTERIZATION: "counted"}
        for rule in rules:
            numbers = sorted(found[rule.name])
            listed = ", ".join(str(number) for number in numbers[:SHOWN_ROWS]) + (
                " …" if len(numbers) > SHOWN_ROWS else ""
            )
            grid.add_row(rule.name, effects[rule.severity], f"{len(numbers):,}", listed, rule.remedy)
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
