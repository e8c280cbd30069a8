"""The small chart: Markdown with a drawing inside, true to the numbers, small, and the same every time."""

import base64
import re
from xml.etree import ElementTree

from assets.svg import HEIGHT, MOST, WIDTH, stacked_bar_chart

RECT = "{http://www.w3.org/2000/svg}rect"
TEXT = "{http://www.w3.org/2000/svg}text"


def drawn(markdown: str) -> ElementTree.Element:
    [found] = re.findall(r"\(data:image/svg\+xml;base64,([^)]+)\)", markdown)
    return ElementTree.fromstring(base64.b64decode(found))


def test_columns_are_as_tall_as_their_parts() -> None:
    svg = drawn(stacked_bar_chart("Rows", "rows", {"2024-11": [100, 50], "2024-12": [200, 100]}))
    heights = [float(bar.attrib["height"]) for bar in svg.iter(RECT)]
    assert [round(tall / heights[0], 1) for tall in heights] == [1.0, 0.5, 2.0, 1.0]
    feet = [float(bar.attrib["y"]) + float(bar.attrib["height"]) for bar in svg.iter(RECT)]
    assert feet[0] == feet[2] > feet[1]  # the second part is on top of the first
    assert [text.text for text in svg.iter(TEXT)] == ["2024-11", "2024-12", "300 rows"]


def test_nothing_is_outside_the_picture_and_it_stays_small() -> None:
    months = {f"{2000 + position // 12}-{position % 12 + 1:02d}": [position, 1.0] for position in range(200)}
    markdown = stacked_bar_chart("Rows", "rows", months)
    bars = [
        {name: float(value) for name, value in bar.attrib.items() if name != "fill"}
        for bar in drawn(markdown).iter(RECT)
    ]
    assert len(bars) == 2 * MOST
    assert all(0 <= bar["x"] <= bar["x"] + bar["width"] <= WIDTH and 0 <= bar["y"] <= HEIGHT for bar in bars)
    assert len(markdown) < 8000
    assert "2016-08: 199 + 1 rows" in markdown


def test_zero_and_nothing_are_drawn_too() -> None:
    assert all(
        float(bar.attrib["height"]) == 0
        for bar in drawn(stacked_bar_chart("Rows", "rows", {"2024-12": [0, 0]})).iter(RECT)
    )
    assert stacked_bar_chart("Rows", "rows", {}) == ""
