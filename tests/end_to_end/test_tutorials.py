"""The tutorials, done as a reader would do them, each in a folder of its own; what they show is what is printed."""

import re
import shutil
from pathlib import Path

import pytest

from tests.pages import ROOT, blocks, follow, typed

LABEL = re.compile(r">([^<>]+)</text>")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which somebody spent the first hour."""
    folder = tmp_path_factory.mktemp("desk")
    assert follow("docs/tutorials/first-hour.md", folder) == 7
    return folder


def test_the_first_hour_ends_in_the_map_that_is_shown(desk: Path) -> None:
    shown = (ROOT / "docs" / "images" / "first-map.svg").read_text(encoding="utf-8")
    drawn = LABEL.findall((desk / "map.svg").read_text(encoding="utf-8"))
    assert len(drawn) > 2 * 38
    assert LABEL.findall(shown) == drawn


def test_an_office_checks_a_file_and_reads_a_rejection(desk: Path) -> None:
    assert follow("docs/tutorials/office.md", desk) == 3


@pytest.mark.slow
def test_an_operator_corrects_a_month_and_goes_back(tmp_path: Path) -> None:
    assert follow("docs/tutorials/operator.md", tmp_path) == 8


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code in which a developer added a rule, an extract and a summary table."""
    copy = tmp_path_factory.mktemp("clone")
    for room in ("schemas", "assets", "pipelines", "tests", "docs"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    assert follow("docs/tutorials/developer.md", copy, PYTHONPATH=str(copy)) == 4
    return copy


def test_what_a_developer_added_keeps_the_specification_and_the_lists(changed: Path) -> None:
    tests = (
        "tests/definitions/test_definitions.py",
        "tests/definitions/test_sql_subset.py",
        "tests/spec/test_indicators.py",
    )
    typed(
        f"python -m pytest -q {' '.join(tests)}\npython -m pipelines.dictionary --check",
        changed,
        {"PYTHONPATH": str(changed)},
    )


def test_a_rule_an_extract_and_a_summary_table_take_less_than_thirty_lines_each() -> None:
    lines: dict[str, int] = {}
    for block in blocks("docs/tutorials/developer.md"):
        if block.kind == "diff" or (block.kind in ("python", "sql") and not block.title.startswith("tests/")):
            written = [
                line[1:] for line in block.text.splitlines() if line.startswith("+") and not line.startswith("+++")
            ]
            added = written if block.kind == "diff" else block.text.splitlines()
            lines[block.section] = lines.get(block.section, 0) + sum(
                bool(line.strip()) and not line.startswith(("from ", "import ", '"""', "--")) for line in added
            )
    assert list(lines) == ["1. A rule", "2. An extract", "3. A summary table"]
    assert max(lines.values()) < 30
