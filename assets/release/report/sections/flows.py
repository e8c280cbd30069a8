"""Flows: protected persons a month ago, entries, exits, and protected persons now, as a waterfall chart."""

from typing import Any

import altair as alt

from assets.release.findings.reader import Query, ReleaseReader, Row
from assets.release.report.charts import BLUE, GREEN, INK, ORANGE, WIDE, Draw, Drawing, chart_of, draw_chart
from assets.release.report.language import bilingual, figure, label, phrase
from assets.release.report.section import Section, absent_section
from assets.release.report.tables import Column, table

_FIGURES = {
    "opening": "opening_persons",
    "entered": "entered_persons",
    "re_entered": "re_entered_persons",
    "other_in": "changed_segment_in_persons + moved_in_persons + restated_in_persons",
    "lapsed": "became_unpaid_persons",
    "left_ended": "left_ended_persons",
    "left_absent": "left_absent_persons",
    "other_out": "changed_segment_out_persons + moved_out_persons + restated_out_persons",
    "closing": "closing_persons",
}
_SIGNS = {
    "entered": 1,
    "re_entered": 1,
    "other_in": 1,
    "lapsed": -1,
    "left_ended": -1,
    "left_absent": -1,
    "other_out": -1,
}


def flows(reader: ReleaseReader) -> Section:
    """The waterfall of the nation; all segments as a table."""
    missing = absent_section("flows", "flows", reader)
    if missing:
        return missing
    query = Query(
        "flows",
        {"month": reader.month, "province_code": "ID"},
        ("segment",),
        _FIGURES,
        order="list_position(['all', 'formal', 'informal', 'PU', 'JAKON', 'BPU', 'PMI'], segment)",
    )
    columns = (
        Column("segment", phrase("page.segment"), named=lambda code: label("segment", code)),
        *(Column(name, phrase(f"flows.{name}"), "n") for name in _FIGURES),
    )
    whole = reader.row("flows", _FIGURES, month=reader.month, province_code="ID", segment="all")
    tables = (table(reader, "flows", query, columns),)
    if any(whole.value(name) is None for name in _FIGURES):
        return Section("flows", phrase("flows.title_withheld"), phrase("flows.lead"), "flows", (), tables)
    sums = {
        "came": " + ".join(_FIGURES[name] for name, sign in _SIGNS.items() if sign > 0),
        "went": " + ".join(_FIGURES[name] for name, sign in _SIGNS.items() if sign < 0),
    }
    totals = reader.row(
        "flows", {**sums, "change": "change_ratio"}, month=reader.month, province_code="ID", segment="all"
    )
    share = phrase("flows.share", **totals.cells) if totals.value("change") is not None else bilingual("", "")
    title = phrase("flows.title", share=share, **whole.cells, **totals.cells)
    chart = draw_chart("flows", _drawing(whole), phrase("flows.alt", **whole.cells))
    return Section("flows", title, phrase("flows.lead"), "flows", (chart,), tables)


def _steps(row: Row) -> list[dict[str, Any]]:
    """Start and end of each floating bar."""
    level = row.value("opening")
    steps: list[dict[str, Any]] = []
    for name, sign in _SIGNS.items():
        after = level + sign * row.value(name)
        steps.append(
            {"key": name, "from": level, "to": after, "top": max(level, after), "colour": GREEN if sign > 0 else ORANGE}
        )
        level = after
    return steps


def _signed(row: Row, name: str, language: str) -> str:
    sign = "" if not row.value(name) else "+" if _SIGNS[name] > 0 else "\N{MINUS SIGN}"
    return sign + figure(row[name], "n", language)


def _drawing(row: Row) -> Draw:
    steps = _steps(row)
    low, high = min(min(step["from"], step["to"]) for step in steps), max(step["top"] for step in steps)
    margin = max(1, (high - low) * 0.12)

    def draw(language: str, width: int) -> Drawing:
        def named(name: str) -> str:
            return phrase(f"flows.{name}").to(language)

        order = [named(name) for name in _FIGURES]
        moves = [{**step, "name": named(step["key"]), "text": _signed(row, step["key"], language)} for step in steps]
        stocks = [
            {"name": named(name), "level": row.value(name), "text": figure(row[name], "n", language)}
            for name in ("opening", "closing")
        ]
        layout = _upright if width == WIDE else _lying
        return layout(moves, stocks, order, (low, high, margin))

    return draw


_Rows = list[dict[str, Any]]


def _upright(moves: _Rows, stocks: _Rows, order: list[str], ends: tuple[float, float, float]) -> Drawing:
    """Columns from left to right, with the names below them in lines."""
    low, high, margin = ends
    axis = alt.Axis(title=None, labelAngle=0, labelLimit=110, labelColor=INK, labelExpr="split(datum.label, ' ')")
    x = alt.X("name:N", sort=order, axis=axis, scale=alt.Scale(domain=order))
    scale = alt.Scale(domain=[low - margin, high + 1.5 * margin], nice=False)
    y = alt.Y("from:Q", scale=scale, axis=alt.Axis(title=None, tickCount=4, format=",.0f"))
    bars = chart_of(moves).encode(x=x)
    levels = chart_of(stocks).encode(x=x, y=alt.Y("level:Q", scale=scale))
    return alt.layer(
        bars.mark_bar(width={"band": 0.6}).encode(y=y, y2="to:Q", color=alt.Color("colour:N", scale=None)),
        bars.mark_text(dy=-8).encode(y=alt.Y("top:Q", scale=scale), text="text:N"),
        levels.mark_tick(thickness=4, color=BLUE, width={"band": 0.8}),
        levels.mark_text(dy=-11, fontWeight="bold").encode(text="text:N"),
    ).properties(height=320)


def _lying(moves: _Rows, stocks: _Rows, order: list[str], ends: tuple[float, float, float]) -> Drawing:
    """Bars from top to bottom, for a phone: national figures have no room side by side."""
    low, high, margin = ends
    y = alt.Y(
        "name:N", sort=order, title=None, axis=alt.Axis(labelColor=INK, labelLimit=120), scale=alt.Scale(domain=order)
    )
    scale = alt.Scale(domain=[low - margin, high + 6 * margin], nice=False)
    bars = chart_of(moves).encode(y=y)
    levels = chart_of(stocks).encode(y=y, x=alt.X("level:Q", scale=scale))
    across = alt.X("from:Q", scale=scale, axis=None)
    return alt.layer(
        bars.mark_bar(height={"band": 0.6}).encode(x=across, x2="to:Q", color=alt.Color("colour:N", scale=None)),
        bars.mark_text(align="left", dx=5).encode(x=alt.X("top:Q", scale=scale), text="text:N"),
        levels.mark_tick(thickness=4, color=BLUE, height={"band": 0.8}),
        levels.mark_text(align="left", dx=7, fontWeight="bold").encode(text="text:N"),
    ).properties(height={"step": 28})
