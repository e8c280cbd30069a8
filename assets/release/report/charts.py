"""Charts as SVG, drawn for each language and two widths: desktop and phone.

Belongs here: the style, and the markup of a drawing with its alternative text. Not: the content of a drawing
(`sections/`). vl-convert draws with the fonts it brings, so that every machine gives the same bytes.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import altair as alt
import vl_convert
from markupsafe import Markup

from assets.release.report.language import LANGUAGES, Bilingual, locale
from schemas.months import first_day, month_number, month_of

WIDE, SLIM = 840, 328  # pixels: the text column of a desktop, and a phone of 360 without margins
FONT = "Liberation Sans"
INK, SOFT, LINE = "#1d2b36", "#51626f", "#dde3e7"
BLUE, ORANGE, GREEN, GREY, RED = "#12507b", "#b85c00", "#2f7d5b", "#8796a1", "#a3242b"
HATCH = "url(#hatch)"
_TEXT = {
    "labelFont": FONT,
    "titleFont": FONT,
    "labelColor": SOFT,
    "titleColor": SOFT,
    "labelFontSize": 12,
    "titleFontSize": 12,
}
_FRAME: dict[str, Any] = {
    "background": "transparent",
    "padding": {"left": 0, "right": 4, "top": 4, "bottom": 4},
    "autosize": {"type": "fit-x", "contains": "padding"},
}
_CONFIG: dict[str, Any] = {
    "aria": False,
    "font": FONT,
    "view": {"stroke": None},
    "text": {"font": FONT, "fontSize": 12, "color": INK},
    "axis": {
        **_TEXT,
        "titleFontWeight": "normal",
        "gridColor": LINE,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
    },
    "legend": {**_TEXT, "symbolStrokeWidth": 2, "orient": "top", "title": None, "labelColor": INK},
    "tick": {"opacity": 1},
}

Drawing = alt.Chart | alt.LayerChart | alt.FacetChart
Draw = Callable[[str, int], Drawing]


@dataclass(frozen=True)
class Chart:
    """A chart, its alternative text, and a heading if the section has several charts. `name`: of a downloaded file."""

    name: str
    svg: Markup
    alternative: Bilingual
    caption: Bilingual | None = None


def draw_chart(name: str, draw: Draw, alternative: Bilingual, caption: Bilingual | None = None) -> Chart:
    """Draw for every language and width; `draw` gets both. The name keeps the identifiers of the drawings apart."""
    drawn = [_svg(name, draw, language, width, alternative) for language in LANGUAGES for width in (WIDE, SLIM)]
    return Chart(name, Markup("").join(drawn), alternative, caption)


def _svg(name: str, draw: Draw, language: str, width: int, alternative: Bilingual) -> Markup:
    with alt.utils.schemapi.debug_mode(
        False
    ):  # vl-convert refuses an invalid chart; checking every part costs more than drawing
        drawn = draw(language, width).to_dict(validate=False)
    chart = {**drawn, "width": width, "config": _CONFIG, **_FRAME}
    text = _rendered(json.dumps(chart), language)
    size = "wide" if width == WIDE else "slim"
    text = re.sub(r'(id="|url\(#)(clip|gradient)', rf"\g<1>{name}-{language}-{size}-\g<2>", text)
    text = re.sub(r' (font-family|xmlns|xmlns:xlink|version|pointer-events|role|aria-[a-z]+)="[^"]*"', "", text)
    opening = Markup('<svg lang="{}" role="img" aria-label="{}" class="{}"').format(
        language, alternative.to(language), size
    )
    return Markup(re.sub(r'^<svg class="marks"', lambda _: str(opening), text))  # noqa: S704 - our own drawing


@lru_cache(maxsize=128)
def _rendered(chart: str, language: str) -> str:
    """The SVG of a chart; the editions of a release have many drawings in common."""
    return str(vl_convert.vegalite_to_svg(json.loads(chart), **locale(language)))


def chart_of(values: list[dict[str, Any]]) -> alt.Chart:
    """A chart of these rows, without marks."""
    return alt.Chart(alt.Data(values=values))  # type: ignore[no-untyped-call]


def vega_date(month: date) -> str:
    """A month as Vega reads it, whatever the machine's time zone."""
    return f"{month:%Y-%m-%d}T00:00:00Z"


def month_axis(field: str, values: list[dict[str, Any]], width: int) -> alt.X:
    """Months from left to right, as many labels as have room."""
    ends = sorted(date.fromisoformat(value[field][:10]) for value in values)
    first, last = (month_number(month) for month in (ends[0], ends[-1]))
    step = max(1, -(-(last - first + 1) * (92 if width == SLIM else 74) // width))
    shown = [vega_date(first_day(month_of(number))) for number in range(last, first - 1, -step)]
    axis = alt.Axis(format="%b %Y", values=shown, grid=False, title=None, labelFlush=True)
    return alt.X(f"{field}:T", scale=alt.Scale(type="utc"), axis=axis)


def percent_axis(field: str, **scale: Any) -> alt.Y:  # noqa: ANN401
    """A ratio, in percent, from zero."""
    return alt.Y(
        f"{field}:Q", scale=alt.Scale(zero=True, **scale), axis=alt.Axis(format=".0%", title=None, tickCount=5)
    )
