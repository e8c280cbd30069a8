"""The output of the command: the headline, quarantined rows with their reasons, progress of long steps.

Belongs here: tables and bars for people. Figures come from the release or the month's reports, never from elsewhere.
"""

import json
import os
from collections import Counter
from pathlib import Path
from types import TracebackType

import duckdb
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from assets.ingest.report import MonthReport
from assets.release.database import DATABASE
from assets.release.disclosure.certificate import NAME as CERTIFICATE
from assets.release.disclosure.information_loss import explain_information_loss
from assets.release.report.sentences import five_lines
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import EXTRACTS, stored_table

out = Console(highlight=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)
HEADLINE = """
    SELECT strftime(month, '%Y-%m'), segment, protected_persons, denominator_persons, coverage_ratio,
        CASE WHEN conf_status = 'F' THEN '–' ELSE 'withheld' END AS unknown
    FROM coverage
    WHERE geography_basis = 'home' AND geography_level = 'nation' AND programme = 'any' AND sex = 'all'
        AND age_band = 'all' AND denominator_id = 'potential'
    ORDER BY month, segment
"""


class Bars:
    """Progress bars for long steps; no output without a terminal."""

    def __init__(self) -> None:
        """Not shown before the first task begins."""
        columns = (TextColumn("{task.description:12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Bars":
        """Show."""
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take away."""
        self._bars.stop()

    def begin(self, task: str, total: int) -> None:
        """Show a bar for the task."""
        self._tasks[task] = self._bars.add_task(task, total=total)

    def advance(self, task: str) -> None:
        """One step further."""
        self._bars.advance(self._tasks[task])

    def show(self, task: str, done: int, total: int) -> None:
        """Set how far the task is."""
        if task not in self._tasks:
            self.begin(task, total)
        self._bars.update(self._tasks[task], completed=done, total=total)


def print_headline(release: Path) -> None:
    """Protected, potential and coverage of the nation, by month."""
    with duckdb.connect(release / DATABASE, read_only=True) as con:
        rows = con.execute(HEADLINE).fetchall()
    grid = Grid("month", "segment", title="Coverage of employment social security, persons", title_justify="left")
    for name in ("protected", "potential", "coverage"):
        grid.add_column(name, justify="right")
    for month, segment, protected, potential, ratio, unknown in rows:
        coverage = f"{100 * ratio:.1f} %" if ratio is not None else unknown
        persons = _count(protected) if protected is not None else unknown
        whole = _count(potential) if potential is not None else "–"  # a survey's estimate is never withheld
        grid.add_row(month, segment, persons, whole, coverage, end_section=segment == "informal")
    out.print(grid)
    if not rows:
        out.print("No ratio: no workforce wave was delivered for any month.")


def print_withheld(release: Path) -> None:
    """The reason why a release shows less than half of its figures; no output if it shows more."""
    if said := explain_information_loss(json.loads((release / CERTIFICATE).read_text(encoding="utf-8"))):
        out.print(said, soft_wrap=True)


def print_headlines(release: Path) -> None:
    """The five lines for a director."""
    for line in five_lines(release, "en"):
        out.print(f"• {line}", soft_wrap=True)


def print_quality(warehouse: Warehouse, month: str) -> None:
    """Rows read, accepted, quarantined and collapsed, and the fatal rules that were broken."""
    grid = Grid("extract", title=f"Deliveries of {month}, rows", title_justify="left")
    for name in ("files", "read", "accepted", "quarantined", "collapsed"):
        grid.add_column(name, justify="right")
    reasons: list[tuple[str, str, int, str]] = []
    for table in EXTRACTS:
        stage = warehouse.month_metadata(stored_table(table).name, month)
        if not stage:
            continue
        report = MonthReport.from_json(stage["report"], reused=True)
        counts = [report.total(f"rows_{name}") for name in ("read", "accepted", "quarantined", "collapsed")]
        grid.add_row(table.name, str(len(report.files)), *(_count(count) for count in counts))
        fatal = {
            rule.name: rule.reason
            for rule in (*table.all_rules(), *table.cross_row_rules())
            if rule.severity == "fatal"
        }
        broken = Counter({rule: count for rule, count in report.broken().items() if rule in fatal and count})
        reasons += [(table.name, rule, count, fatal[rule]) for rule, count in broken.most_common()]
    out.print(grid)
    _print_reasons(reasons)


def _print_reasons(reasons: list[tuple[str, str, int, str]]) -> None:
    if not reasons:
        out.print("Nothing was quarantined.")
        return
    grid = Grid("extract", "quarantined because", "rows", "reason", title="Quarantined", title_justify="left")
    for extract, rule, count, because in reasons:
        grid.add_row(extract, rule, _count(count), because)
    out.print(grid)


def shown_path(path: Path | str) -> str:
    """The path, relative to the working directory if it is below it."""
    is_near = isinstance(path, Path) and path.is_relative_to(Path.cwd())
    return os.path.relpath(path) if is_near else str(path)


def _count(value: int) -> str:
    return f"{value:,}"
