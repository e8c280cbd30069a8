"""The command `cakupan validate`: the rules that an office's file breaks.

Belongs here: its arguments and what it prints, in both languages. Row numbers and rule names are shown, never a value.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from assets.errors import CakupanError, FileRejected, contained
from assets.ingest.columns.evidence import UNREADABLE
from assets.ingest.filenames import printable
from assets.ingest.preview import Preview, preview_file
from pipelines.cli.arguments import Language, language_of
from pipelines.cli.printing import count, print_wrapped
from schemas.extracts.catalogue import EXTRACTS
from schemas.months import first_day
from schemas.tables import Severity, Table
from schemas.texts import Text

SHOWN_ROWS = 8
_SUMMARY = Text(
    "{file}: {rows} rows as {extract} of {month}; {quarantined} would be quarantined",
    "{file}: {rows} baris sebagai {extract} bulan {month}; {quarantined} baris akan dikarantina",
)
_EFFECTS = {
    Severity.FATAL: Text(
        "Quarantined: these rows count nowhere until they are corrected",
        "Dikarantina: baris ini tidak dihitung sampai diperbaiki",
    ),
    Severity.CONVENTION: Text(
        "Flagged: these rows count, and are marked as doubtful",
        "Ditandai: baris ini dihitung, dan diberi tanda meragukan",
    ),
    Severity.CHARACTERIZATION: Text(
        "Counted: these rows are accepted; only their number is kept",
        "Dihitung: baris ini diterima; hanya jumlahnya yang dicatat",
    ),
}
_RULE = Text("{rule}  rows ({rows}): {numbers}", "{rule}  baris ({rows}): {numbers}")
_SOUND = Text("No rule is broken.", "Tidak ada aturan yang dilanggar.")
_REPAIRED = Text("Repaired cells: {columns}.", "Sel yang dipulihkan: {columns}.")
_UNREADABLE = Text(
    "Columns whose texts contradict each other or could mean two things, not read: {columns}.",
    "Kolom yang isinya saling bertentangan atau bermakna ganda, tidak dibaca: {columns}.",
)
_IGNORED = Text("Columns that are not read: {columns}.", "Kolom yang tidak dibaca: {columns}.")


def validate(
    file: Annotated[Path, typer.Argument(help="The file an office means to send.", exists=True, dir_okay=False)],
    extract: Annotated[str, typer.Option(help="Which extract it is; see docs/deliveries.md.")] = "enrolments",
    month: Annotated[str | None, typer.Option(help="Month it reports, YYYY-MM. Default: last month.")] = None,
    lang: Language = "",
) -> None:
    """Check a file before it is sent: broken rules and row numbers, never a value."""
    if print_findings(file, extract, month, language_of(lang)):
        raise typer.Exit(3)


def print_findings(file: Path, extract: str, month: str | None, language: str) -> bool:
    """Print the broken rules of a file with row numbers; whether rows would be quarantined. Raises CakupanError."""
    table = _table(extract)
    reported = _month(month)
    try:
        with contained():
            found = preview_file(file, table, reported)
    except FileRejected as refused:
        raise CakupanError(f"{printable(file.name)}: {refused.text.to(language)}") from None
    quarantined = _quarantined_rows(table, found.broken)
    print_wrapped(
        _SUMMARY.filled(
            file=printable(file.name),
            rows=count(found.rows, language),
            extract=table.name,
            month=f"{reported:%Y-%m}",
            quarantined=count(len(quarantined), language),
        ).to(language)
    )
    _print_rules(table, found.broken, language)
    _print_columns(table, found, language)
    return bool(quarantined)


def _quarantined_rows(table: Table, broken: dict[str, list[int]]) -> set[int]:
    rules = (*table.cross_row_rules(), *table.all_rules())
    return {row for rule in rules if rule.severity is Severity.FATAL for row in broken.get(rule.name, ())}


def _print_rules(table: Table, broken: dict[str, list[int]], language: str) -> None:
    """The broken rules by their effect on the row: row numbers, reason and remedy."""
    rules = [rule for rule in (*table.cross_row_rules(), *table.all_rules()) if broken.get(rule.name)]
    for severity, effect in _EFFECTS.items():
        of_severity = [rule for rule in rules if rule.severity is severity]
        if of_severity:
            typer.echo()
            print_wrapped(effect.to(language))
        for rule in of_severity:
            numbers = sorted(broken[rule.name])
            shown = ", ".join(map(str, numbers[:SHOWN_ROWS])) + (" …" if len(numbers) > SHOWN_ROWS else "")
            line = _RULE.filled(rule=rule.name, rows=count(len(numbers), language), numbers=shown)
            print_wrapped(line.to(language), "  ", "    ")
            print_wrapped(rule.reason.to(language), "    ")
            print_wrapped(f"→ {rule.remedy.to(language)}", "    ", "      ")
    if not rules:
        typer.echo(_SOUND.to(language))


def _print_columns(table: Table, found: Preview, language: str) -> None:
    """The result of whole columns: corrected cells, unreadable columns, columns that are not a field."""
    headers = {field.name: field.header.to(language) for field in table.fields}
    repaired = [
        f"{headers.get(name, name)} ({count(column.repaired, language)})"
        for name, column in sorted(found.columns.items())
        if column.repaired
    ]
    unreadable = [headers.get(name, name) for name, style in sorted(found.styles.items()) if style == UNREADABLE]
    lines = [
        text.filled(columns=", ".join(columns)).to(language)
        for text, columns in ((_REPAIRED, repaired), (_UNREADABLE, unreadable), (_IGNORED, found.ignored))
        if columns
    ]
    if lines:
        typer.echo()
    for line in lines:
        print_wrapped(line)


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
