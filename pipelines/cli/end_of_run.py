"""The end of a run on one screen: deliveries, reasons for quarantine, headline, five lines, and where everything is.

Belongs here: what `run` and `demo` print last. Figures come from the release or from the reports of the months. Not: every
reason (`quarantine`), a query (`query`).
"""

import json
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import typer

from assets.ingest.report import MonthReport
from assets.release.disclosure.certificate import NAME as CERTIFICATE
from assets.release.disclosure.information_loss import explain_information_loss
from assets.release.editions import PUBLIC, Edition
from assets.release.layout import DATABASE
from assets.release.report.sentences import five_lines
from assets.warehouse import Warehouse
from pipelines.cli.printing import shown_path
from pipelines.cli.quarantined import fatal_rules, month_report
from pipelines.cli.query import screen
from schemas.extracts.catalogue import EXTRACTS

_REASONS = 5
_STEPS = 3
_MONTHS = 3
_VOLUMES = ("read", "accepted", "quarantined", "collapsed")
_HEADLINE = """
    SELECT strftime(month, '%Y-%m') AS month, segment, protected_persons, denominator_persons, coverage_ratio, conf_status
    FROM coverage
    WHERE geography_basis = 'home' AND geography_level = 'nation' AND programme = 'any' AND sex = 'all'
        AND age_band = 'all' AND denominator_id = 'potential'
    ORDER BY month, segment
"""


def longest_steps(seconds: dict[str, float]) -> str:
    """The longest steps of a run, longest first, in one line. `seconds`: by asset."""
    longest = sorted(seconds.items(), key=lambda step: -step[1])[:_STEPS]
    return f"  longest steps: {', '.join(f'{name} {spent:.1f} s' for name, spent in longest)}" if longest else ""


def print_deliveries(warehouse: Warehouse, months: list[str]) -> None:
    """A line for each extract, with the rows of all months, and the most frequent reasons for quarantine."""
    reports = {
        table.name: [report for month in months if (report := month_report(warehouse, table, month))]
        for table in EXTRACTS
    }
    rows = [
        (name, sum(len(each.files) for each in found), *(_total(found, volume) for volume in _VOLUMES))
        for name, found in reports.items()
        if found
    ]
    period = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
    _print(screen.table((f"rows of {period}", "files", *_VOLUMES), rows, _width(), is_compact=True))
    typer.echo()
    _print_reasons(reports)


def print_result(release: Path, edition: Edition) -> None:
    """The headline and the five lines for a director, from the release of the edition."""
    _print(_headline(release))
    typer.echo(f"of the {edition.name} edition{f': {edition.notice}' if edition.notice else ''}\n")
    for line in five_lines(release, "en"):
        _print(textwrap.wrap(f"• {line}", _width(), subsequent_indent="  ", break_on_hyphens=False))
    certificate = json.loads((release / CERTIFICATE).read_text(encoding="utf-8"))
    if explanation := explain_information_loss(certificate):
        _print(textwrap.wrap(f"• {explanation}", _width(), subsequent_indent="  "))
    typer.echo()


def print_locations(releases: dict[str, Path], edition: Edition, quarantine: Path | str, month: str) -> None:
    """Where the releases, the report and the quarantine are, with commands that can be copied. `releases`: by edition."""
    command, option = command_name(), "" if edition is PUBLIC else f" --edition {edition.name}"
    shown = {
        **{f"{name.capitalize()}": shown_path(release) for name, release in releases.items()},
        "Report": f"{command} report{option}",
        "SQL": f'{command} sql{option} "FROM coverage_headline"',
        "Quarantine": f"{command} quarantine --month {month}",
        "  restricted": shown_path(quarantine),
        "Dagster UI": f"{command} ui",
    }
    _print(f"{name:12}  {text}" for name, text in shown.items())


def command_name() -> str:
    """The command as it was called, for examples that can be copied."""
    found = Path(sys.argv[0])
    if found.name != "cakupan":
        return "cakupan"
    on_path = shutil.which("cakupan")
    return "cakupan" if on_path and Path(on_path).samefile(found) else shown_path(found.absolute())


def _print_reasons(reports: dict[str, list[MonthReport]]) -> None:
    counted: Counter[tuple[str, str]] = Counter()
    for name, found in reports.items():
        fatal = fatal_rules(name)
        for report in found:
            counted.update(
                {(name, fatal[rule].reason.en): count for rule, count in report.broken().items() if rule in fatal}
            )
    most = [(count, name, reason) for (name, reason), count in counted.most_common(_REASONS) if count]
    if not most:
        typer.echo("Nothing was quarantined.\n")
        return
    room = _width() - max(len(name) for _, name, _ in most) - len("quarantined") - 4
    rows = [(count, name, textwrap.shorten(reason, room, placeholder=" …")) for count, name, reason in most]
    _print(screen.table(("quarantined", "extract", "most frequent reasons"), rows, _width(), is_compact=True))
    typer.echo()


def _headline(release: Path) -> Iterator[str]:
    """A line for each of the last months: protected and potential persons, coverage of all, formal and informal."""
    with duckdb.connect(release / DATABASE, read_only=True) as con:
        found = con.execute(_HEADLINE).fetchall()
    months: dict[str, dict[str, tuple[str, ...]]] = {}
    for month, segment, protected, potential, ratio, status in found:
        unknown = "–" if status == "F" else "withheld"
        persons = unknown if protected is None else f"{protected:,}"
        whole = "–" if potential is None else f"{potential:,}"  # a survey's estimate is never withheld
        coverage = unknown if ratio is None else f"{100 * ratio:.1f} %"
        months.setdefault(month, {})[segment] = (persons, whole, coverage)
    if not months:
        yield "No ratio: no workforce wave was delivered for any month."
        return
    nothing = ("–", "–", "–")
    names = ("coverage", "protected", "potential", "all", "formal", "informal")
    rows = [
        (month, *by.get("all", nothing), by.get("formal", nothing)[2], by.get("informal", nothing)[2])
        for month, by in list(months.items())[-_MONTHS:]
    ]
    yield from screen.table(names, rows, _width(), right=names[1:], is_compact=True)


def _total(reports: Sequence[MonthReport], volume: str) -> int:
    return sum(report.total(f"rows_{volume}") for report in reports)


def _width() -> int:
    return shutil.get_terminal_size().columns


def _print(lines: Iterator[str] | Sequence[str]) -> None:
    for line in lines:
        typer.echo(line)
