"""Every title, tile, table and chart of a page states the true tables, or is marked as withheld.

The page of the tables as they are is compared with the page of the same tables with cells withheld: each cell of each table in
turn, then many at once. A sum that counts a withheld figure as zero, or a superlative over the shown figures only, differs.
"""

import math
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from released import TABLES, Frames, Stated, cells, folder_of, stated, true_frames, withheld

from assets.release.findings.reader import Cell, ReleaseReader, Row
from assets.release.report.sections.map import Panel
from tests.browser.figures import figures

CASES = 16
HEDGES = ("withheld", "shown", "at least", "for all payers together")
RANKS = {"priority_rank", "coverage_rank", "change_rank"}  # they are ranks among the regions that are shown
NEUTRAL = (
    "lead",
    "note",
    "card",
)  # explanations, and single figures; the title of the trend names its first month
LAYOUT = {"position", "height", "is_last", "falls", "top", "from", "to", "age", "zero"}  # of a drawing, no figures


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> tuple[Frames, ReleaseReader, Stated]:
    """Tables with nothing withheld, and their page."""
    frames = true_frames()
    source = ReleaseReader(folder_of(withheld(frames, {}), tmp_path_factory.mktemp("true")), "2024-12")
    return frames, source, stated(source)


@pytest.mark.parametrize("case", range(CASES))
def test_each_withheld_cell_leaves_only_what_is_true(truth, tmp_path: Path, case: int) -> None:
    """Every cell in one of the cases, and in each a few of every table, far from each other."""
    chosen = {name: cells(name)[case::CASES] for name in TABLES}
    assert wrong(truth, chosen, tmp_path) == []


@given(seed=st.integers(0, 10**6), share=st.sampled_from([0.02, 0.1, 0.4, 1.0]))
@settings(
    max_examples=6,
    derandomize=True,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_many_withheld_cells_leave_only_what_is_true(truth, tmp_path: Path, seed: int, share: float) -> None:
    chance = random.Random(seed)
    chosen = {name: [cell for cell in cells(name) if chance.random() < share] for name in TABLES}
    assert wrong(truth, chosen, tmp_path) == []


def test_a_sum_that_counts_withheld_figures_as_zero_is_found(
    truth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison can fail."""
    monkeypatch.setattr("assets.release.findings.totals.Total.sql", property(lambda self: self.lower_bound))
    region = next(n for n, cell in enumerate(cells("data_quality")) if cell == (2, "broken_rows"))
    assert wrong(truth, {"data_quality": [cells("data_quality")[region]]}, tmp_path)


def wrong(
    truth: tuple[Frames, ReleaseReader, Stated], chosen: Mapping[str, list[tuple[int, str]]], folder: Path
) -> list[str]:
    """Everything that the page with these cells withheld states and the true tables do not."""
    frames, true, whole = truth
    source = ReleaseReader(folder_of(withheld(frames, chosen), folder), "2024-12")
    reported = stated(source, frozenset(name for name, found in chosen.items() if found))
    found = [
        f"{name}: {text}"
        for name, text in reported.plain.items()
        if name.split(" ")[1] not in NEUTRAL and name != "trend title" and not _said(text, whole.plain.get(name, ""))
    ]
    for name, text in reported.sentences.items():
        found += [f"{name}: {problem}" for problem in _sentence(text, true)]
    for name, table in reported.tables.items():
        found += [f"{name}: {problem}" for problem in _table(table, whole.tables[name])]
    for name, rows in reported.charts.items():
        found += [f"chart {name}: {row}" for row in rows if not _drawn(row, whole.charts[name])]
    return found


def _said(text: str, true: str) -> bool:
    """Whether it is the true sentence, its beginning, or one that mentions withheld figures."""
    return true.startswith(text) or any(word in text.lower() for word in HEDGES)


def _sentence(text: str, true: ReleaseReader) -> list[str]:
    """Figures of a sentence that the true tables do not give."""
    reported = [(figure, true.list(figure.where)[0][0]) for figure in figures(text)]
    counts_shown = ("count(coverage_ratio)", "verdict IS NULL")  # how many are shown, or are not
    return [
        f"{figure.value} for {answer}: {figure.where}"
        for figure, answer in reported
        if not any(count in figure.where for count in counts_shown) and not _is(figure.value, answer, figure.is_least)
    ]


def _table(table: Any, whole: Any) -> list[str]:
    if isinstance(table, Panel):
        true = {tile.code: tile.row for tile in whole.tiles}
        return [f"{tile.code}: {problem}" for tile in table.tiles for problem in _row(tile.row, true[tile.code])]
    rows = {row.where: row for row in whole.rows}
    return [problem for row in table.rows if row.where in rows for problem in _row(row, rows[row.where])]


def _row(row: Row, true: Row) -> list[str]:
    return [
        f"{name} {row.where}: {cell.value}"
        for name, cell in row.cells.items()
        if name not in RANKS and not _holds(cell, true[name].value)
    ]


def _holds(cell: Cell, true: Any) -> bool:
    if cell.value is not None:
        return _is(cell.value, true, is_least=False)
    if cell.lower_bound is not None:
        return cell.is_withheld and _is(cell.lower_bound.value, true, is_least=True)
    return cell.is_withheld or true is None


def _is(reported: Any, true: Any, is_least: bool) -> bool:
    if isinstance(true, int | float) and not isinstance(true, bool) and reported is not None:
        number = float(reported)
        return number <= true + 1e-9 if is_least else math.isclose(number, true, rel_tol=1e-12)
    return str(reported) == str(true)


def _drawn(row: dict[str, Any], true: list[dict[str, Any]]) -> bool:
    """Whether a mark is marked as withheld, or is in the true chart with the same figures."""
    texts = [str(value) for value in row.values()]
    if any("withheld" in text.lower() or text.startswith("≥") for text in texts):
        return True
    numbers = {name: value for name, value in row.items() if isinstance(value, int | float) and name not in LAYOUT}
    words = {name: row[name] for name in ("name", "month", "payer", "segment", "age", "key") if name in row}
    same = [other for other in true if all(other.get(name) == word for name, word in words.items())]
    return any(all(_is(value, other.get(name), is_least=False) for name, value in numbers.items()) for other in same)
