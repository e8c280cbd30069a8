"""Bar charts that several sections share, with a label and a figure for each bar.

Belongs here: shapes. Not: figures, colours of the page (`charts`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from assets.release.findings.reader import Cell
from assets.release.report.charts import BLUE, HATCH, INK, SLIM, SOFT, WIDE, Draw, Drawing, chart_of
from assets.release.report.language import Bilingual, figure


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its cell; `group` selects the colour. The name must say the kind too."""

    name: Bilingual
    cell: Cell
    group: int = 0


def bars(found: Sequence[Bar], form: str, *, colours: Sequence[str] = (BLUE,), until: float | None = None) -> Draw:
    """Horizontal bars in the given order, each with its figure; a withheld figure is a hatched stub with a label.

    `until`: the least end of the axis, for example 1 for a whole.
    """
    most = max([bar.cell.value for bar in found if bar.cell.value is not None] + [until or 0]) or 1

    def draw(language: str, width: int) -> Drawing:
        names = [bar.name.to(language) for bar in found]
        values = [_value(bar, form, language, colours, most) for bar in found]
        return _beside(values, names, most) if width == WIDE else _above(values, names, most)

    return draw


def _beside(values: list[dict[str, Any]], names: list[str], most: float) -> Drawing:
    """The name to the left of each bar."""
    x = alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, most * 1.16], nice=False))
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelLimit=260, labelColor=INK))
    base = chart_of(values).encode(y=y)
    bar = base.mark_bar(height={"band": 0.62}).encode(x=x, color=alt.Color("fill:N", scale=None))
    return alt.layer(bar, _figures(base, x)).properties(height={"step": 24})


def _above(values: list[dict[str, Any]], names: list[str], most: float) -> Drawing:
    """The name above each bar, for a phone: beside it a long name would be cut."""
    x = alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, most * 1.28], nice=False))
    base = chart_of(values).encode(y=alt.Y("name:N", sort=names, axis=None))
    bar = base.mark_bar(height={"band": 0.36}).encode(x=x, color=alt.Color("fill:N", scale=None))
    name = base.mark_text(align="left", dy=-14, limit=SLIM).encode(x=alt.value(0), text="name:N")
    return alt.layer(bar, name, _figures(base, x)).properties(height={"step": 38})


def _figures(base: alt.Chart, x: alt.X) -> alt.Chart:
    text: alt.Chart = base.mark_text(align="left", dx=5)
    return text.encode(x=x, text="text:N", color=alt.Color("ink:N", scale=None))


def _value(bar: Bar, form: str, language: str, colours: Sequence[str], most: float) -> dict[str, Any]:
    known = bar.cell.value is not None
    return {
        "name": bar.name.to(language),
        "value": bar.cell.value if known else most / 40 * bar.cell.is_withheld,
        "text": figure(bar.cell, form, language),
        "fill": colours[bar.group] if known else HATCH,
        "ink": INK if known else SOFT,
    }
