"""The texts of refused files: both languages have the same placeholders, and the page for offices lists every code."""

import re
from pathlib import Path

import pytest

from schemas.refusals import REFUSALS, Refusal
from schemas.texts import LANGUAGES

PLACEHOLDER = re.compile(r"\{(\w+)\}")
DELIVERIES = Path(__file__).parents[2] / "docs" / "deliveries.md"


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal.code}-{REFUSALS.index(refusal)}")
def test_every_refusal_is_written_in_both_languages(refusal: Refusal) -> None:
    english, indonesian = (f"{refusal.problem.to(each)}: {refusal.remedy.to(each)}" for each in LANGUAGES)
    assert english != indonesian
    assert set(PLACEHOLDER.findall(english)) == set(PLACEHOLDER.findall(indonesian))
    for template in (english, indonesian):
        assert all(part.strip() for part in template.split(": "))


def test_the_page_for_offices_lists_every_code() -> None:
    page = DELIVERIES.read_text(encoding="utf-8")
    assert {refusal.code for refusal in REFUSALS} == set(re.findall(r"\| `(\w+)` \| (?:file|the whole)", page))
