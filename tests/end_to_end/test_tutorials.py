"""The tutorials, done as a reader would do them, each in a folder of its own; what they show is what is printed."""

import re
from pathlib import Path

import pytest

from tests.pages import ROOT, follow

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
