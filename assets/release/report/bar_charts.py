"""Bar charts that several sections share, with a label and a figure for each bar.

Belongs here: shapes. Not: figures, colours of the page (`charts`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from assets.release.findings.reader import Cell
from assets.release.report.charts import BLUE, HATCH, INK, SLIM, SOFT, Draw, Drawing, chart_of
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
        room = 0.28 if width == SLIM else 0.16
        x = alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, most * (1 + room)], nice=False))
        y = alt.Y(
            "name:N", sort=names, title=None, axis=alt.Axis(labelLimit=140 if width == SLIM else 260, labelColor=INK)
        )
        base = chart_of(values).encode(y=y)
        bar = base.mark_bar(height={"band": 0.62}).encode(x=x, color=alt.Color("fill:N", scale=None))
        text = base.mark_text(align="left", dx=5).encode(x=x, text="text:N", color=alt.Color("ink:N", scale=None))
        return alt.layer(bar, text).properties(height={"step": 24})

    return draw


def _value(bar: Bar, form: str, language: str, colours: Sequence[str], most: float) -> dict[str, Any]:
    known = bar.cell.value is not None
    return {
        "name": bar.name.to(language),
        "value": bar.cell.value if known else most / 40 * bar.cell.is_withheld,
        "text": figure(bar.cell, form, language),
        "fill": colours[bar.group] if known else HATCH,
        "ink": INK if known else SOFT,
    }
