"""The tutorials, typed as a reader would, each in a separate folder; the outputs equal those of the page."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.pages import ROOT, blocks, follow, typed

LABEL = re.compile(r">([^<>]+)</text>")


@pytest.mark.slow
def test_the_first_hour_ends_in_the_map_that_is_shown_and_an_office_follows_it(tmp_path: Path) -> None:
    assert follow("docs/tutorials/first-hour.md", tmp_path) == 8
    shown = (ROOT / "docs" / "images" / "first-map.svg").read_text(encoding="utf-8")
    drawn = LABEL.findall((tmp_path / "map.svg").read_text(encoding="utf-8"))
    assert len(drawn) > 2 * 38
    assert LABEL.findall(shown) == drawn
    assert follow("docs/tutorials/office.md", tmp_path) == 4


@pytest.mark.slow
def test_the_first_ten_minutes_of_the_readme(tmp_path: Path) -> None:
    """`make run` is `cakupan demo` here: the packages are installed."""
    make = tmp_path / "bin" / "make"
    make.parent.mkdir()
    make.write_text('#!/bin/sh\n[ "$*" = run ] && exec cakupan demo\n')
    make.chmod(0o755)
    path = f"{make.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    assert follow("README.md", tmp_path, PATH=path) == 4


@pytest.mark.slow
def test_an_operator_corrects_a_month_and_goes_back(tmp_path: Path) -> None:
    assert follow("docs/tutorials/operator.md", tmp_path) == 8


def test_what_a_developer_adds_keeps_the_specification_and_the_lists(tmp_path: Path) -> None:
    copy = tmp_path / "clone"
    for room in ("schemas", "assets", "pipelines", "tests", "docs"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    assert follow("docs/tutorials/developer.md", copy, PYTHONPATH=str(copy)) == 4
    tests = (
        "tests/definitions/test_definitions.py",
        "tests/definitions/test_sql_subset.py",
        "tests/spec/test_indicators.py",
    )
    typed(
        f"python -m pytest -q {' '.join(tests)}\npython -m pipelines.dictionary --check",
        copy,
        {"PYTHONPATH": str(copy)},
    )


def test_a_rule_an_extract_and_a_summary_table_need_less_than_thirty_lines_each() -> None:
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
