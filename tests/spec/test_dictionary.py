"""The data dictionary lists under what a release holds the columns that a release has, and no other."""

import re
from pathlib import Path

import pytest
from released import TABLES, true_frames, withheld

from pipelines.dictionary import INTERNAL

PAGE = (Path(__file__).parents[2] / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
RELEASED = withheld(true_frames(), {})


def listed(table: str) -> tuple[list[str], list[str]]:
    """The columns that the page lists for a table: as released, and as internal."""
    summaries = PAGE.split("\n## Summaries\n")[1].split("\n## ")[0]
    section = summaries.split(f"\n### {table}\n")[1].split("\n### ")[0]
    parts = section.split(INTERNAL)
    found = [re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) for part in parts]
    return found[0], found[1] if len(found) > 1 else []


@pytest.mark.parametrize("table", TABLES)
def test_the_columns_listed_are_those_of_a_release(table: str) -> None:
    assert listed(table)[0] == RELEASED[table].columns


@pytest.mark.parametrize("table", TABLES)
def test_columns_that_no_release_has_are_marked_as_internal(table: str) -> None:
    assert listed(table)[1] == [field.name for field in TABLES[table].fields if field.internal]


def test_there_are_internal_columns() -> None:
    assert sum(len(listed(table)[1]) for table in TABLES) >= 5
