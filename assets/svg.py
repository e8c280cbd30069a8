"""A small bar chart for the Dagster UI: Markdown with an SVG image of one or two kilobytes as data URL.

Belongs here: drawing. Not: the figures (stages), charts of the report (`assets/release/report`).
"""

import base64
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, MOST = 420, 120, 24
_TOP, _FOOT, _COLOURS = 20, 102, ("#12507b", "#b85c00")
_LEAST_HEIGHT = 1.5  # pixels: a small part stays visible as a line
_GREY = "#7a8791"  # readable on the light and on the dark page


def stacked_bar_chart(title: str, unit: str, values: Mapping[str, Sequence[float]], form: str = ",.0f") -> str:
    """One bar per month (the last 24), its parts stacked; the first and last month and the largest sum in figures.

    The alternative text has the figures of the newest month. Empty if there are no values.
    """
    shown = dict(sorted(values.items())[-MOST:])
    if not shown:
        return ""
    most = max(sum(parts) for parts in shown.values()) or 1.0
    step = WIDTH / max(len(shown), 6)
    bars = [bar for index, parts in enumerate(shown.values()) for bar in _bars(index * step, step * 0.8, parts, most)]
    first, last = min(shown), max(shown)
    ends = [(0.0, HEIGHT - 4, "start", first)]
    if last != first:
        ends.append((len(shown) * step - step * 0.2, HEIGHT - 4, "end", last))
    texts = [_text(*end) for end in [*ends, (0.0, 12, "start", f"{most:{form}} {unit}".strip())]]
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="11" fill="{_GREY}">{"".join([*bars, *texts])}</svg>'
    )
    newest = " + ".join(f"{part:{form}}" for part in shown[last])
    address = base64.b64encode(drawn.encode()).decode()
    return f"**{title}**, {first} to {last}\n\n![{title}; {last}: {newest} {unit}](data:image/svg+xml;base64,{address})"


def _bars(left: float, width: float, parts: Sequence[float], most: float) -> list[str]:
    found, foot = [], float(_FOOT)
    for part, colour in zip(parts, _COLOURS, strict=False):
        tall = max((_FOOT - _TOP) * part / most, _LEAST_HEIGHT if part else 0.0)
        foot -= tall
        found.append(f'<rect x="{left:.1f}" y="{foot:.1f}" width="{width:.1f}" height="{tall:.1f}" fill="{colour}"/>')
    return found


def _text(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{text}</text>'
