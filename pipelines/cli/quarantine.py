"""The command `cakupan quarantine`: why rows of a month were quarantined, by rule, office and file.

Belongs here: its arguments and what it prints, in both languages. Rules, reasons and counts are shown, never a value. Not: the
counts (`quarantined`).
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated

import typer

from assets.errors import CakupanError
from assets.warehouse import Warehouse
from pipelines.cli.arguments import Language, Month, WarehouseRoot, language_of, locations_of
from pipelines.cli.printing import count, print_wrapped, shown_path
from pipelines.cli.quarantined import (
    VOLUMES,
    QuarantinedFile,
    QuarantinedRows,
    fatal_rules,
    month_report,
    quarantined_files,
    quarantined_rows,
)
from pipelines.cli.query import screen
from pipelines.cli.worklist import Selection, write_worklist
from schemas.extracts.catalogue import EXTRACTS
from schemas.texts import Text

_SHOWN = 10  # offices or files, if no option selects some
_NAMES = {
    "month": Text("rows of {month}", "baris bulan {month}"),
    "files": Text("files", "berkas"),
    "read": Text("read", "dibaca"),
    "accepted": Text("accepted", "diterima"),
    "quarantined": Text("quarantined", "dikarantina"),
    "collapsed": Text("copies", "salinan"),
    "rows": Text("rows", "baris"),
    "rule": Text("rule of {extract}", "aturan {extract}"),
    "reason": Text("reason", "alasan"),
    "office": Text("office", "kantor"),
    "file": Text("file", "berkas"),
}
_REST = {
    "rules": Text("More rules, not shown: {count}. {hint}", "Aturan lain, tidak ditampilkan: {count}. {hint}"),
    "office": Text("More offices, not shown: {count}. {hint}", "Kantor lain, tidak ditampilkan: {count}. {hint}"),
    "file": Text("More files, not shown: {count}. {hint}", "Berkas lain, tidak ditampilkan: {count}. {hint}"),
}
_HINT = Text("Select with --extract, --office or --rule.", "Pilih dengan --extract, --office, atau --rule.")
_NOTHING = Text("No quarantined row is in this selection.", "Tidak ada baris yang dikarantina dalam pilihan ini.")
_WRITTEN = Text(
    "{file}: {rows} corrections, without values of rows; only for the office that sent the files",
    "{file}: {rows} perbaikan, tanpa nilai baris; hanya untuk kantor pengirim berkas",
)
_ROWS = Text(
    "The rows themselves, with personal data, restricted:",
    "Barisnya sendiri, memuat data pribadi, akses terbatas:",
)


def quarantine(
    month: Month,
    extract: Annotated[str, typer.Option(help="Only this extract.")] = "",
    office: Annotated[str, typer.Option(help="Only files of this office, by its code.")] = "",
    rule: Annotated[str, typer.Option(help="Only rows that break this rule.")] = "",
    worklist: Annotated[
        Path | None,
        typer.Option(help="Write what to correct, row by row, as .csv or .xlsx; without values.", dir_okay=False),
    ] = None,
    flagged: Annotated[
        bool, typer.Option("--flagged", help="In the worklist, also accepted rows with a flag.")
    ] = False,
    lang: Language = "",
    warehouse: WarehouseRoot = None,
) -> None:
    """Show why rows of a month were quarantined: counts by rule, office and file, with reason and remedy.

    With --worklist, write the rows to correct for an office: file, row, column, what is wrong, what to do.
    """
    language = language_of(lang)
    locations = locations_of(warehouse=warehouse)
    if month not in locations.warehouse.months("memberships"):
        raise CakupanError(f"{month} has not been run: cakupan run --month {month}")

    if worklist:
        selection = Selection(month, extract, office, rule)
        number = write_worklist(locations.warehouse, selection, worklist, language, with_flagged=flagged)
        print_wrapped(_WRITTEN.filled(file=shown_path(worklist.absolute()), rows=count(number, language)).to(language))
        return

    def is_selected(each: QuarantinedRows | QuarantinedFile) -> bool:
        return extract in ("", each.extract) and office in ("", each.office)

    files = list(filter(is_selected, quarantined_files(locations.warehouse, month)))
    rows = [each for each in quarantined_rows(locations.warehouse, month) if is_selected(each)]
    if rule:
        rows = [each for each in rows if each.rule == rule]
        files = [QuarantinedFile(each.extract, each.office, each.file, each.rows) for each in rows]
    is_whole = bool(extract or office or rule)
    if not is_whole:
        _print_extracts(locations.warehouse, month, language)
    if not files:
        typer.echo(_NOTHING.to(language))
        return
    _print_rules(rows, language, is_whole=is_whole, with_remedy=bool(rule or office))
    _print_counts(files, "office", language, is_whole=is_whole)
    _print_counts(files, "file", language, is_whole=is_whole)
    typer.echo(_ROWS.to(language))
    typer.echo(shown_path(locations.warehouse.storage.table_location("quarantine")))


def _print_extracts(warehouse: Warehouse, month: str, language: str) -> None:
    """A line for each extract: its files, and what happened to its rows."""
    found = {table.name: report for table in EXTRACTS if (report := month_report(warehouse, table, month))}
    rows = [
        (name, *(count(each, language) for each in (len(report.files), *(report.total(f"rows_{v}") for v in VOLUMES))))
        for name, report in found.items()
    ]
    names = [_NAMES[name].filled(month=month).to(language) for name in ("month", "files", *VOLUMES)]
    for line in screen.table(names, rows, get_terminal_size().columns, right=names[1:], with_constants=True):
        typer.echo(line)
    typer.echo()


def _print_rules(rows: list[QuarantinedRows], language: str, *, is_whole: bool, with_remedy: bool) -> None:
    """The rules of each extract with their rows and reasons, most first; the remedies where few rules are shown."""
    counted: Counter[tuple[str, str]] = Counter()
    for each in rows:
        counted[each.extract, each.rule] += each.rows
    listed = counted.most_common(None if is_whole else _SHOWN)
    for extract in dict.fromkeys(each for (each, _), _ in listed):
        rules = [(number, fatal_rules(extract)[name]) for (each, name), number in listed if each == extract]
        found = [(count(number, language), rule.name, rule.reason.to(language)) for number, rule in rules]
        names = [_NAMES[name].filled(extract=extract).to(language) for name in ("rows", "rule", "reason")]
        _print_table(names, found)
        if with_remedy:
            for _, rule in rules:
                print_wrapped(f"{rule.name}: {rule.remedy.to(language)}", "", "  ")
            typer.echo()
    _print_rest(len(counted) - len(listed), "rules", language)


def _print_counts(files: list[QuarantinedFile], by: str, language: str, *, is_whole: bool) -> None:
    """The rows by office or file, most first. `by`: the field of a file that is the group."""
    counted: Counter[str] = Counter()
    for each in files:
        counted[getattr(each, by)] += each.rows
    listed = counted.most_common(None if is_whole else _SHOWN)
    rows = [(count(number, language), text) for text, number in listed]
    names = [_NAMES[name].to(language) for name in ("rows", by)]
    _print_table(names, rows)
    _print_rest(len(counted) - len(listed), by, language)


def _print_rest(number: int, what: str, language: str) -> None:
    if number:
        text = _REST[what].filled(count=count(number, language), hint=_HINT)
        print_wrapped(text.to(language))
        typer.echo()


def _print_table(names: list[str], rows: Sequence[tuple[object, ...]]) -> None:
    width = get_terminal_size().columns
    for line in screen.table(names, rows, width, right=names[:1], with_constants=True):
        typer.echo(line)
    typer.echo()
