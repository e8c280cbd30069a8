"""Formal and informal coverage over the months of the release, with the bounds that the survey allows."""

import altair as alt

from assets.release.findings import coverage
from assets.release.findings.coverage import NATION
from assets.release.findings.source import Ask, Row, Source
from assets.release.report.charts import (
    BLUE,
    INK,
    ORANGE,
    Draw,
    Drawing,
    chart_of,
    month_axis,
    percent_axis,
    picture,
    stamp,
)
from assets.release.report.language import figure, label, say
from assets.release.report.section import Section
from assets.release.report.tables import Column, table

_SEGMENTS = {"formal": BLUE, "all": INK, "informal": ORANGE}
_DASHES = {"formal": [1, 0], "all": [2, 2], "informal": [7, 3]}
_FIGURES = {
    name: name for name in ("protected_persons", "denominator_persons", "coverage_ratio", "ratio_low", "ratio_high")
}


def trend(source: Source) -> Section:
    """Lines of three groups; the title says where they stand and how far they moved."""
    ask = Ask("coverage", {**NATION, "denominator_id": "potential"}, ("month", "segment"), _FIGURES,
              also=f"segment IN ('all', 'formal', 'informal') AND month <= DATE '{source.month}'")  # fmt: skip
    found, rows = coverage.trend(source), source.rows(ask)
    if found.unknown:
        withheld = found.unknown == "withheld"
        lead = say("trend.lead_withheld" if withheld else "trend.no_ratio")
        return Section("trend", say("trend.title_withheld" if withheld else "trend.title_unknown"), lead, "coverage")
    known = [row for row in rows if row.value("coverage_ratio") is not None]
    now = found.now
    cells = {segment: now[segment]["coverage_ratio"] for segment in ("formal", "informal")}
    title = say("trend.title_one", **cells)
    if found.first:
        moved = {f"{segment}_change": cell for segment, cell in found.moved.items()}
        title = say("trend.title", first=found.first, **cells, **moved)
    first = min(row.keys["month"] for row in known)
    bounded = all(now[name].value("ratio_high") is not None for name in cells)
    alternative = say("trend.alt" if bounded else "trend.alt_bare", first=first, month=source.month, **cells, **{
        f"{name}_{bound}": now[name][f"ratio_{bound}"] for name in cells for bound in ("low", "high")})  # fmt: skip
    columns = (
        Column("month", say("page.month")), Column("segment", say("page.segment"), named=lambda code: label("group", code)),
        Column("protected_persons", say("page.protected"), "n"), Column("denominator_persons", say("page.potential"), "n"),
        Column("coverage_ratio", say("page.coverage"), "p1"), Column("ratio_low", say("page.low"), "p1"),
        Column("ratio_high", say("page.high"), "p1"),
    )  # fmt: skip
    lead = say("trend.lead")
    return Section(
        "trend",
        title,
        lead,
        "coverage",
        (picture("trend", _drawing(known), alternative),),
        (table(source, "trend", ask, columns),),
    )


def _drawing(rows: list[Row]) -> Draw:
    last = max(row.keys["month"] for row in rows)
    lines = {
        segment: [row.value("coverage_ratio") for row in rows if row.keys["segment"] == segment]
        for segment in _SEGMENTS
    }
    falls = {segment: values[-1] < values[-2] if len(values) > 1 else False for segment, values in lines.items()}

    def draw(language: str, width: int) -> Drawing:
        values = [
            {"month": stamp(row.keys["month"]), "segment": row.keys["segment"], "ratio": row.value("coverage_ratio"),
             "low": row.value("ratio_low"), "high": row.value("ratio_high"),
             "is_last": row.keys["month"] == last, "falls": falls[row.keys["segment"]],
             "text": f"{label('group', row.keys['segment']).to(language)} {figure(row['coverage_ratio'], 'p1', language)}"}
            for row in rows
        ]  # fmt: skip
        base = chart_of(values).encode(
            x=month_axis("month", values, width),
            color=alt.Color(
                "segment:N", legend=None, scale=alt.Scale(domain=list(_SEGMENTS), range=list(_SEGMENTS.values()))
            ),
        )
        y = percent_axis("ratio")
        band = base.mark_area(opacity=0.16).encode(y=alt.Y("low:Q"), y2="high:Q")
        line = base.mark_line(strokeWidth=2.4).encode(
            y=y,
            strokeDash=alt.StrokeDash(
                "segment:N", legend=None, scale=alt.Scale(domain=list(_DASHES), range=list(_DASHES.values()))
            ),
        )
        points = base.mark_point(filled=True, size=34, opacity=1).encode(y=y)
        named = base.transform_filter(alt.datum.is_last).encode(y=y, text="text:N")
        names = [
            named.transform_filter(alt.datum.falls == falls).mark_text(align="right", dy=dy, dx=4, fontWeight="bold", fontSize=13)
            for falls, dy in ((True, 19), (False, -13))
        ]  # fmt: skip
        return alt.layer(band, line, points, *names).properties(height=320)

    return draw
