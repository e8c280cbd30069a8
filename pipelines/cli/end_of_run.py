"""The end of a run on one screen: deliveries, headline, and where everything is.

Belongs here: what `run` and `demo` print last. Figures come from the release or from the reports of the months. Not: rows by
extract and reasons (`quarantine`), findings (`report --lines`), a query (`query`).
"""

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import typer

from assets.release.editions import PUBLIC, Edition
from assets.release.layout import DATABASE
from assets.release.report.sentences import five_lines
from assets.warehouse import Warehouse
from pipelines.cli.printing import print_wrapped, shown_path
from pipelines.cli.quarantined import VOLUMES, month_report
from pipelines.cli.query import screen
from schemas.extracts.catalogue import EXTRACTS

_STEPS = 3
_MONTHS = 3
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
    return f"  longest steps: {', '.join(f'{name} {spent:.0f} s' for name, spent in longest)}" if longest else ""


def print_deliveries(warehouse: Warehouse, months: list[str]) -> None:
    """One line: the rows of all extracts and months, and what happened to them."""
    found = [report for month in months for table in EXTRACTS if (report := month_report(warehouse, table, month))]
    read, accepted, quarantined, collapsed = (sum(each.total(f"rows_{name}") for each in found) for name in VOLUMES)
    period = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
    print_wrapped(
        f"{period}: {read:,} rows of {len({each.extract for each in found})} extracts read = {accepted:,} accepted "
        f"+ {quarantined:,} quarantined + {collapsed:,} copies",
    )
    typer.echo()


def print_result(release: Path, edition: Edition) -> None:
    """The headline and its target, from the release of the edition."""
    _print(_headline(release))
    typer.echo(f"of the {edition.name} edition{f': {edition.notice}' if edition.notice else ''}\n")
    print_wrapped(five_lines(release, "en")[0])
    typer.echo()


def print_locations(releases: dict[str, Path], edition: Edition, month: str) -> None:
    """Where the releases are, and commands that can be copied. `releases`: by edition."""
    command, option = command_name(), "" if edition is PUBLIC else f" --edition {edition.name}"
    shown = {
        **{f"{name.capitalize()}": shown_path(release) for name, release in releases.items()},
        "Report": f"{command} report{option}",
        "Findings": f"{command} report --lines{option}",
        "SQL": f'{command} sql{option} "FROM coverage_headline"',
        "Quarantine": f"{command} quarantine --month {month}",
    }
    _print(f"{name:10}  {text}" for name, text in shown.items())


def command_name() -> str:
    """The command as it was called, for examples that can be copied."""
    found = Path(sys.argv[0])
    if found.name != "cakupan":
        return "cakupan"
    on_path = shutil.which("cakupan")
    return "cakupan" if on_path and Path(on_path).samefile(found) else shown_path(found.absolute())


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
    yield from screen.table(names, rows, shutil.get_terminal_size().columns, right=names[1:], is_compact=True)


def _print(lines: Iterator[str] | Sequence[str]) -> None:
    for line in lines:
        typer.echo(line)
