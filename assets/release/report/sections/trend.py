"""Formal and informal coverage over the months of the release, with the bounds that the survey allows."""

import altair as alt

from assets.release.findings import coverage
from assets.release.findings.coverage import NATION
from assets.release.findings.reader import Query, ReleaseReader, Row, plain_columns
from assets.release.report.charts import (
    BLUE,
    INK,
    ORANGE,
    Draw,
    Drawing,
    chart_of,
    draw_chart,
    month_axis,
    percent_axis,
    vega_date,
)
from assets.release.report.language import figure, label, phrase
from assets.release.report.section import Section
from assets.release.report.tables import Column, table

_SEGMENTS = {"formal": BLUE, "all": INK, "informal": ORANGE}
_DASHES = {"formal": [1, 0], "all": [2, 2], "informal": [7, 3]}
_FIGURES = plain_columns("protected_persons", "denominator_persons", "coverage_ratio", "ratio_low", "ratio_high")


def trend(reader: ReleaseReader) -> Section:
    """Lines of three groups; the title gives their coverage and its change."""
    query = Query(
        "coverage",
        {**NATION, "denominator_id": "potential"},
        ("month", "segment"),
        _FIGURES,
        condition=f"segment IN ('all', 'formal', 'informal') AND month <= DATE '{reader.month}'",
    )
    found, rows = coverage.trend(reader), reader.rows(query)
    if found.unknown:
        withheld = found.unknown == "withheld"
        lead = phrase("trend.lead_withheld" if withheld else "trend.no_ratio")
        return Section("trend", phrase("trend.title_withheld" if withheld else "trend.title_unknown"), lead, "coverage")
    known = [row for row in rows if row.value("coverage_ratio") is not None]
    now = found.now
    cells = {segment: now[segment]["coverage_ratio"] for segment in ("formal", "informal")}
    title = phrase("trend.title_one", **cells)
    if found.first:
        moved = {f"{segment}_change": cell for segment, cell in found.moved.items()}
        title = phrase("trend.title", first=found.first, **cells, **moved)
    first = min(row.keys["month"] for row in known)
    bounded = all(now[name].value("ratio_high") is not None for name in cells)
    alternative = phrase(
        "trend.alt" if bounded else "trend.alt_bare",
        first=first,
        month=reader.month,
        **cells,
        **{f"{name}_{bound}": now[name][f"ratio_{bound}"] for name in cells for bound in ("low", "high")},
    )
    columns = (
        Column("month", phrase("page.month")),
        Column("segment", phrase("page.segment"), named=lambda code: label("group", code)),
        Column("protected_persons", phrase("page.protected"), "n"),
        Column("denominator_persons", phrase("page.potential"), "n"),
        Column("coverage_ratio", phrase("page.coverage"), "p1"),
        Column("ratio_low", phrase("page.low"), "p1"),
        Column("ratio_high", phrase("page.high"), "p1"),
    )
    lead = phrase("trend.lead")
    return Section(
        "trend",
        title,
        lead,
        "coverage",
        (draw_chart("trend", _drawing(known), alternative),),
        (table(reader, "trend", query, columns),),
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
            {
                "month": vega_date(row.keys["month"]),
                "segment": row.keys["segment"],
                "ratio": row.value("coverage_ratio"),
                "low": row.value("ratio_low"),
                "high": row.value("ratio_high"),
                "is_last": row.keys["month"] == last,
                "falls": falls[row.keys["segment"]],
                "text": f"{label('group', row.keys['segment']).to(language)} {figure(row['coverage_ratio'], 'p1', language)}",
            }
            for row in rows
        ]
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
            named.transform_filter(alt.datum.falls == falls).mark_text(
                align="right", dy=dy, dx=4, fontWeight="bold", fontSize=13
            )
            for falls, dy in ((True, 19), (False, -13))
        ]
        return alt.layer(band, line, points, *names).properties(height=320)

    return draw
