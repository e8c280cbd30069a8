"""The picture and the table of docs/code.md are those of the imports; arrows go down; paths that the page names exist."""

import re

from tests.definitions.rooms import PICTURE, ROOMS, ROOT, arrows, picture, room

PAGE = (ROOT / "docs" / "code.md").read_text(encoding="utf-8")
FOUND = arrows()


def test_every_module_is_in_a_room() -> None:
    assert room("assets.coverage.flows") == "assets/coverage"
    assert room("assets.errors") == "assets: shared"
    assert room("polars.selectors") is None


def test_no_arrow_goes_up() -> None:
    order = list(ROOMS)
    assert [(one, other) for one, other in FOUND if order.index(one) > order.index(other)] == []
    assert [other for one, other in FOUND if one == "simulator"] == ["schemas"]


def test_the_page_has_every_arrow_and_no_other() -> None:
    listed = {
        (cells[1], other)
        for line in PAGE.splitlines()
        if (cells := [cell.strip() for cell in line.split("|")]) and len(cells) == 5 and cells[1] in ROOMS
        for other in cells[3].split(", ")
        if other != "–"
    }
    assert {"new": FOUND - listed, "gone": listed - FOUND} == {"new": set(), "gone": set()}, (
        "change the table of docs/code.md"
    )


def test_the_picture_is_drawn_from_the_imports() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(FOUND), "run `python -m tests.definitions.rooms`"


def test_the_page_names_paths_that_exist() -> None:
    named = re.findall(r"`((?:assets|pipelines|schemas|simulator|tests)/[\w/]*(?:\.\w+)?)`", PAGE)
    assert len(named) > 20
    assert [path for path in named if not (ROOT / path).exists()] == []
