"""Small charts, drawn as SVG without Vega: lines over months, and bars beside a mark for the nation. Each province has both.

Belongs here: shapes and positions, for one width that a phone and half a desk have. Not: figures (`sections/`), the large charts
(`charts`): Vega would need a minute for all provinces.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from assets.release.findings.reader import Cell
from assets.release.report.charts import BLUE, HATCH, INK, LINE, ORANGE, SOFT, Chart
from assets.release.report.language import LANGUAGES, Bilingual, figure, month, percent
from schemas.months import month_number

WIDTH = 340
_LEFT, _RIGHT, _TOP, _HEIGHT, _FOOT = 38, 60, 34, 150, 24
_STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0)
_ROW = 38
_APART = 13  # pixels between two labels


@dataclass(frozen=True)
class Series:
    """A line: its name, colour, and the ratio of each month that shows one. `dash`: the pattern of the line."""

    name: Bilingual
    colour: str
    points: Sequence[tuple[date, float]]
    dash: str = ""


@dataclass(frozen=True)
class Measure:
    """A bar: its name, the ratio of the province, and that of the nation."""

    name: Bilingual
    own: Cell
    nation: Cell


def lines(name: str, series: Sequence[Series], alternative: Bilingual, caption: Bilingual) -> Chart:
    """Ratios by month from zero, each line with its last value."""
    drawn = [_svg(_lines(series, language), _TOP + _HEIGHT + _FOOT, language, alternative) for language in LANGUAGES]
    return Chart(name, Markup("").join(drawn), alternative, caption)


def measures(name: str, found: Sequence[Measure], alternative: Bilingual, caption: Bilingual) -> Chart:
    """A bar for each ratio, with a tick for the nation; a withheld ratio is a hatched stub with its text."""
    height = _ROW * len(found) + 20
    drawn = [_svg(_measures(found, language), height, language, alternative) for language in LANGUAGES]
    return Chart(name, Markup("").join(drawn), alternative, caption)


def _svg(parts: Sequence[Markup], height: int, language: str, alternative: Bilingual) -> Markup:
    opening = Markup(
        '<svg lang="{}" role="img" aria-label="{}" class="small" viewBox="0 0 {} {}" width="{}" height="{}">'
    )
    frame = opening.format(language, alternative.to(language), WIDTH, height, WIDTH, height)
    return frame + Markup("").join(parts) + Markup("</svg>")


def _lines(series: Sequence[Series], language: str) -> list[Markup]:
    shown = [each for each in series if each.points]
    months = [month_number(when) for each in shown for when, _ in each.points]
    first, last = min(months), max(months)
    top = _axis_end(max(value for each in shown for _, value in each.points))
    across = (WIDTH - _LEFT - _RIGHT) / max(last - first, 1)

    def position(when: date, value: float) -> tuple[float, float]:
        return _LEFT + (month_number(when) - first) * across, _TOP + _HEIGHT * (1 - value / top)

    parts = [part for value in _ticks(top) for part in _grid(value, top, language)]
    ends = sorted(
        {min(when for each in shown for when, _ in each.points), max(when for each in shown for when, _ in each.points)}
    )
    for when, anchor in zip(ends, ("start", "end"), strict=False):
        parts.append(_text(month(when, language, short=True), position(when, 0)[0], _TOP + _HEIGHT + 16, anchor))
    parts += _legend(shown, language)
    heights: list[float] = []
    for each in sorted(shown, key=lambda each: -each.points[-1][1]):
        spots = [position(*point) for point in each.points]
        if len(spots) > 1:
            joined = " ".join(f"{x:.0f},{y:.1f}" for x, y in spots)
            line = Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="2"{}/>')
            dash = Markup(' stroke-dasharray="{}"').format(each.dash) if each.dash else ""
            parts.append(line.format(joined, each.colour, dash))
        x, y = spots[-1]
        parts.append(Markup('<circle cx="{:.0f}" cy="{:.1f}" r="3" fill="{}"/>').format(x, y, each.colour))
        height = max([y + 4, *(other + _APART for other in heights)])
        heights.append(height)
        parts.append(_text(percent(100 * each.points[-1][1], language), x + 8, height, colour=each.colour, bold=True))
    return parts


def _legend(series: Sequence[Series], language: str) -> list[Markup]:
    """The names in one line; a character is about six pixels wide."""
    parts, x = [], 0.0
    for each in series:
        words = each.name.to(language)
        dash = Markup(' stroke-dasharray="{}"').format(each.dash) if each.dash else ""
        line = Markup('<path d="M{:.0f} 9h14" stroke="{}" stroke-width="3"{}/>')
        parts += [line.format(x, each.colour, dash), _text(words, x + 18, 13, colour=INK)]
        x += 30 + 6.2 * len(words)
    return parts


def _measures(found: Sequence[Measure], language: str) -> list[Markup]:
    known = [cell.value for each in found for cell in (each.own, each.nation) if cell.value is not None]
    scale = (WIDTH - 70) / max([1.0, *known])
    parts = []
    for position, each in enumerate(found):
        y = _ROW * position
        width = each.own.value * scale if each.own.value is not None else 10 * each.own.is_withheld
        fill = BLUE if each.own.value is not None else HATCH
        parts.append(_text(each.name.to(language), 0, y + 11, colour=INK))
        parts.append(
            Markup('<rect x="0" y="{}" width="{:.1f}" height="12" fill="{}"/>').format(y + 17, max(width, 0), fill)
        )
        if each.nation.value is not None:
            at = each.nation.value * scale
            mark = Markup('<rect x="{:.1f}" y="{}" width="3" height="16" fill="{}"/>')
            parts.append(mark.format(at - 1.5, y + 15, ORANGE))
            width = max(width, at)
        text = figure(each.own, "p1", language)
        parts.append(_text(text, width + 7, y + 27, colour=INK if each.own.value is not None else SOFT, bold=True))
    foot = _ROW * len(found) + 14
    parts.append(Markup('<rect x="0" y="{}" width="3" height="12" fill="{}"/>').format(foot - 10, ORANGE))
    return [*parts, _text("Indonesia", 8, foot)]


def _axis_end(most: float) -> float:
    """The end of an axis from zero of at most four steps, a little above the value."""
    step = next((step for step in _STEPS if step * 4 >= most), most)
    return step * max(1, -(-most // step))


def _ticks(top: float) -> list[float]:
    step = next((step for step in _STEPS if step * 4 >= top - 1e-9), top)
    return [step * position for position in range(round(top / step) + 1)]


def _grid(value: float, top: float, language: str) -> tuple[Markup, Markup]:
    y = _TOP + _HEIGHT * (1 - value / top)
    line = Markup('<path d="M{} {:.1f}H{}" stroke="{}"/>').format(_LEFT, y, WIDTH - _RIGHT, LINE)
    return line, _text(percent(100 * value, language, 0), _LEFT - 6, y + 4, "end")


def _text(words: str, x: float, y: float, anchor: str = "start", *, colour: str = SOFT, bold: bool = False) -> Markup:
    where = Markup(' text-anchor="end"') if anchor == "end" else ""
    weight = Markup(' font-weight="bold"') if bold else ""
    text = Markup('<text x="{:.0f}" y="{:.0f}" font-size="12" fill="{}"{}{}>{}</text>')
    return text.format(x, y, colour, where, weight, words)
