"""Retention: the share of entrants who are still protected some months after entry, all cohorts together."""

import altair as alt

from assets.release.findings.reader import ReleaseReader, Row
from assets.release.findings.retention import pooled
from assets.release.findings.retention import retention as find_retention
from assets.release.report.charts import BLUE, GREEN, ORANGE, SLIM, Draw, Drawing, chart_of, draw_chart
from assets.release.report.language import figure, label, phrase
from assets.release.report.section import Section
from assets.release.report.tables import Column, table

_HEIGHT = 280
_COLOURS, _SHAPES = {"PU": BLUE, "JAKON": GREEN, "BPU": ORANGE}, ["circle", "square", "triangle-up"]


def retention(reader: ReleaseReader) -> Section:
    """Curves by segment at entry; the table also by payer."""
    names = ", ".join(f"'{name}'" for name in _COLOURS)
    query = pooled(reader, "segment", f"segment IN ({names})", payer="all")
    payers = pooled(reader, "payer", "payer <> 'all'", segment="BPU")
    found = find_retention(reader)
    if not found.age:
        return Section(
            "retention",
            phrase("retention.title_unknown"),
            phrase("retention.lead_unknown"),
            "retention",
            is_absent=True,
        )
    tables = (
        table(reader, "retention", query, _columns("segment")),
        table(reader, "retention_payers", payers, _columns("payer")),
    )
    known = [row for row in found.rows if row.value("ratio") is not None]
    if found.ratio is None:
        return Section(
            "retention", phrase("retention.title_withheld"), phrase("retention.lead"), "retention", (), tables
        )
    figures = {"age": found.age, "segment": label("segment", found.least), "ratio": found.ratio}
    title = phrase("retention.title" if found.is_whole else "retention.title_shown", **figures)
    chart = draw_chart("retention", _drawing(known), phrase("retention.alt", finding=title))
    notes = (phrase("retention.floor"),) if _floor(known) else ()
    return Section("retention", title, phrase("retention.lead"), "retention", (chart,), tables, notes)


def _floor(rows: list[Row]) -> float:
    """The lower end of the vertical axis."""
    return 0.5 if min(row.value("ratio") for row in rows) >= 0.5 else 0.0


def _columns(key: str) -> tuple[Column, ...]:
    return (
        Column(key, phrase(f"page.{key}"), named=lambda code: label(key, code)),
        Column("months_since_entry", phrase("retention.age")),
        Column("cohorts", phrase("retention.cohorts"), "n"),
        Column("entrants", phrase("retention.entrants"), "n"),
        Column("retained", phrase("retention.retained"), "n"),
        Column("ratio", phrase("retention.ratio"), "p1", bar=1.0),
    )


def _drawing(rows: list[Row]) -> Draw:
    last = {row.keys["segment"]: row for row in rows}
    floor = _floor(rows)
    ages = max(row.keys["months_since_entry"] for row in rows)
    heights = _apart({segment: row.value("ratio") for segment, row in last.items()}, 15 * (1 - floor) / _HEIGHT)

    def draw(language: str, width: int) -> Drawing:
        names = {segment: label("segment", segment).to(language) for segment in _COLOURS}
        values = [
            {"age": row.keys["months_since_entry"], "ratio": row.value("ratio"), "segment": names[row.keys["segment"]]}
            for row in rows
        ]
        ends = [
            {
                "age": row.keys["months_since_entry"],
                "height": heights[segment],
                "segment": names[segment],
                "text": figure(row["ratio"], "p1", language),
            }
            for segment, row in last.items()
        ]
        legend = alt.Legend(columns=1 if width == SLIM else 3, labelLimit=300)
        x = alt.X(
            "age:Q",
            scale=alt.Scale(domain=[0, max(ages, 1) * (1.2 if width == SLIM else 1.08)], nice=False),
            axis=alt.Axis(
                title=phrase("retention.age").to(language),
                values=list(range(0, ages + 1, max(1, -(-ages // 12)))),
                format="d",
                grid=False,
            ),
        )
        y = alt.Scale(domain=[floor, 1])
        color = alt.Color(
            "segment:N", scale=alt.Scale(domain=list(names.values()), range=list(_COLOURS.values())), legend=legend
        )
        base = chart_of(values).encode(
            x=x, y=alt.Y("ratio:Q", scale=y, axis=alt.Axis(format=".0%", title=None, tickCount=5)), color=color
        )
        points = base.mark_point(filled=True, size=55, opacity=1).encode(
            shape=alt.Shape("segment:N", scale=alt.Scale(domain=list(names.values()), range=_SHAPES), legend=legend)
        )
        texts = (
            chart_of(ends)
            .mark_text(align="left", dx=9, fontWeight="bold")
            .encode(x=x, y=alt.Y("height:Q", scale=y), text="text:N", color=color)
        )
        return alt.layer(base.mark_line(strokeWidth=2.2), points, texts).properties(height=_HEIGHT)

    return draw


def _apart(heights: dict[str, float], least: float) -> dict[str, float]:
    """The heights, moved down if two labels would overlap."""
    placed: dict[str, float] = {}
    for name, height in sorted(heights.items(), key=lambda item: -item[1]):
        placed[name] = min([height, *(other - least for other in placed.values())])
    return placed
