"""The office guide: both languages have the same sections and tables, and every declared column, rule and refusal."""

import re
from pathlib import Path

import pytest

from pipelines.office_guide import PAGES, filled
from schemas.columns import delivered
from schemas.extracts.catalogue import EXTRACTS
from schemas.refusals import REFUSALS

ROOT = Path(__file__).parents[2]


def page(language: str) -> str:
    name = next(name for name, written in PAGES.items() if written == language)
    return (ROOT / name).read_text(encoding="utf-8")


def shape(text: str) -> list[str]:
    """The level of each heading and the columns of each row of a table, in order."""
    lines = [line for line in text.splitlines() if line.startswith(("#", "|"))]
    return [line.partition(" ")[0] if line.startswith("#") else str(line.count(" | ")) for line in lines]


def test_both_languages_have_the_same_sections_and_tables() -> None:
    assert shape(page("en")) == shape(page("id"))
    assert len(shape(page("en"))) > 400


@pytest.mark.parametrize("language", PAGES.values())
def test_every_declaration_is_on_the_page(language: str) -> None:
    cells = set(re.findall(r"^\| `(\w+)`", page(language), re.MULTILINE))
    rules = {rule.name for table in EXTRACTS for rule in (*table.cross_row_rules(), *table.all_rules())}
    headers = {field.header.to(language) for table in EXTRACTS for field in table.fields}
    assert rules | headers | {refusal.code for refusal in REFUSALS} <= cells


@pytest.mark.parametrize("language", PAGES.values())
def test_a_stale_table_is_written_again(language: str) -> None:
    known = page(language)
    stale = known.replace("membership_id_conflict", "membership_id_twice")
    assert stale != known
    assert filled(stale, language) == known


def test_every_column_has_a_meaning_in_both_languages() -> None:
    for table in EXTRACTS:
        for field in table.fields:
            meaning = delivered(field, table.name)
            assert meaning.en.strip()
            assert meaning.id.strip()
            assert meaning.en != meaning.id, f"translate {table.name}.{field.name} in codes/extract_fields.csv"
