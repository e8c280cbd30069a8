"""The command `cakupan quarantine`: why rows of a month were quarantined, by rule, office and file.

Belongs here: its arguments and what it prints. Rules, reasons and counts are shown, never a value. Not: the counts
(`quarantined`).
"""

import textwrap
from collections import Counter
from collections.abc import Iterable
from shutil import get_terminal_size
from typing import Annotated

import typer

from assets.errors import CakupanError
from pipelines.cli.arguments import Month, WarehouseRoot, locations_of
from pipelines.cli.printing import shown_path
from pipelines.cli.quarantined import (
    QuarantinedFile,
    QuarantinedRows,
    fatal_rules,
    quarantined_files,
    quarantined_rows,
)
from pipelines.cli.query import screen

_SHOWN = 10  # offices or files, if no option selects some


def quarantine(
    month: Month,
    extract: Annotated[str, typer.Option(help="Only this extract.")] = "",
    office: Annotated[str, typer.Option(help="Only files of this office, by its code.")] = "",
    rule: Annotated[str, typer.Option(help="Only rows that break this rule.")] = "",
    warehouse: WarehouseRoot = None,
) -> None:
    """Show why rows of a month were quarantined: counts by rule, office and file, with reason and remedy."""
    locations = locations_of(warehouse=warehouse)
    if month not in locations.warehouse.months("memberships"):
        raise CakupanError(f"{month} has not been run: cakupan run --month {month}")

    def is_selected(each: QuarantinedRows | QuarantinedFile) -> bool:
        return extract in ("", each.extract) and office in ("", each.office)

    files = list(filter(is_selected, quarantined_files(locations.warehouse, month)))
    rows = [each for each in quarantined_rows(locations.warehouse, month) if is_selected(each)]
    if rule:
        rows = [each for each in rows if each.rule == rule]
        files = [QuarantinedFile(each.extract, each.office, each.file, each.rows) for each in rows]
    if not files:
        typer.echo("No quarantined row is in this selection.")
        return
    is_whole = bool(extract or office or rule)
    _print_rules(rows, is_whole=is_whole, with_remedy=bool(rule or office))
    _print_counts(files, ("office",), is_whole=is_whole)
    _print_counts(files, ("file",), is_whole=is_whole)
    folder = shown_path(locations.warehouse.storage.table_location("quarantine"))
    typer.echo(f"The rows themselves, with personal data, restricted:\n{folder}")


def _print_rules(rows: list[QuarantinedRows], *, is_whole: bool, with_remedy: bool) -> None:
    """The rules of each extract with their rows and reasons, most first; the remedies where few rules are shown."""
    counted: Counter[tuple[str, str]] = Counter()
    for each in rows:
        counted[each.extract, each.rule] += each.rows
    listed = counted.most_common(None if is_whole else _SHOWN)
    for extract in dict.fromkeys(each for (each, _), _ in listed):
        rules = [(count, fatal_rules(extract)[name]) for (each, name), count in listed if each == extract]
        found = [(count, rule.name, rule.reason) for count, rule in rules]
        _print([*screen.table(("rows", f"rule of {extract}", "reason"), found, get_terminal_size().columns), ""])
        if with_remedy:
            for _, rule in rules:
                text = f"{rule.name}: {rule.remedy}"
                _print(textwrap.wrap(text, get_terminal_size().columns, subsequent_indent="  "))
            typer.echo()
    _print_rest(len(counted) - len(listed), "rules")


def _print_counts(files: list[QuarantinedFile], by: tuple[str, ...], *, is_whole: bool) -> None:
    """The rows by office or file, most first. `by`: the fields of a file that are a group."""
    counted: Counter[tuple[str, ...]] = Counter()
    for each in files:
        counted[tuple(getattr(each, name) for name in by)] += each.rows
    listed = counted.most_common(None if is_whole else _SHOWN)
    rows = [(count, *texts) for texts, count in listed]
    _print([*screen.table(("rows", *by), rows, get_terminal_size().columns), ""])
    _print_rest(len(counted) - len(listed), f"{by[-1]}s")


def _print_rest(count: int, what: str) -> None:
    if count:
        typer.echo(f"More {what}, not shown: {count:,}. Select with --extract, --office or --rule.\n")


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)
