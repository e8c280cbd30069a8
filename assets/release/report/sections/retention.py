"""Retention: of those who entered, how many are still protected after so many months, all cohorts together."""

import altair as alt

from assets.release.report.charts import BLUE, GREEN, ORANGE, SLIM, Draw, Drawing, chart_of, picture
from assets.release.report.language import figure, label, say
from assets.release.report.section import Section
from assets.release.report.source import Ask, Fixed, Row, Source
from assets.release.report.tables import Column, table

_SEEN = "retained_persons IS NOT NULL AND entrants_persons > 0 AND month <= DATE '{month}'"
_FIGURES = {
    "cohorts": "count(*)",
    "entrants": "CAST(sum(entrants_persons) AS BIGINT)",
    "retained": "CAST(sum(retained_persons) AS BIGINT)",
    "ratio": "CAST(sum(retained_persons) AS DOUBLE) / nullif(sum(entrants_persons), 0)",
}
_HEIGHT = 280
_COLOURS, _SHAPES = {"PU": BLUE, "JAKON": GREEN, "BPU": ORANGE}, ["circle", "square", "triangle-up"]


def retention(source: Source) -> Section:
    """Curves by segment at entry; the table also by who pays."""
    fixed: Fixed = {"payer": "all", "availability": "available"}
    also = _SEEN.format(month=source.month)
    ask = Ask("retention", fixed, ("segment", "months_since_entry"), _FIGURES, grouped=True,
              also=f"{also} AND segment IN ('PU', 'JAKON', 'BPU')")  # fmt: skip
    rows = source.rows(ask)
    if not any(row.keys["months_since_entry"] for row in rows):
        return Section(
            "retention", say("retention.title_unknown"), say("retention.lead_unknown"), "retention", is_absent=True
        )
    payers = Ask("retention", {"segment": "BPU", "availability": "available"}, ("payer", "months_since_entry"), _FIGURES,
                 grouped=True, also=f"{also} AND payer <> 'all'")  # fmt: skip
    followed = [row for row in rows if row.keys["months_since_entry"] > 0]
    lasts = {row.keys["segment"]: row.keys["months_since_entry"] for row in followed}  # rows are in order
    age = min(lasts.values())
    at_age = {row.keys["segment"]: row["ratio"] for row in rows if row.keys["months_since_entry"] == age}
    least = min(at_age, key=lambda segment: (at_age[segment].value, segment))
    title = say("retention.title", age=age, segment=label("segment", least), ratio=at_age[least])
    drawn = picture(
        "retention", _drawing(rows), say("retention.alt", age=age, segment=label("segment", least), ratio=at_age[least])
    )
    tables = (
        table(source, "retention", ask, _columns("segment")),
        table(source, "retention_payers", payers, _columns("payer")),
    )
    return Section("retention", title, say("retention.lead"), "retention", (drawn,), tables)


def _columns(key: str) -> tuple[Column, ...]:
    return (
        Column(key, say(f"page.{key}"), named=lambda code: label(key, code)), Column("months_since_entry", say("retention.age")),
        Column("cohorts", say("retention.cohorts"), "n"), Column("entrants", say("retention.entrants"), "n"),
        Column("retained", say("retention.retained"), "n"), Column("ratio", say("retention.ratio"), "p1", bar=1.0),
    )  # fmt: skip


def _drawing(rows: list[Row]) -> Draw:
    last = {row.keys["segment"]: row for row in rows}
    floor = 0.5 if min(row.value("ratio") for row in rows) >= 0.5 else 0.0
    ages = max(row.keys["months_since_entry"] for row in rows)
    heights = _apart({segment: row.value("ratio") for segment, row in last.items()}, 15 * (1 - floor) / _HEIGHT)

    def draw(language: str, width: int) -> Drawing:
        names = {segment: label("segment", segment).to(language) for segment in _COLOURS}
        values = [
            {"age": row.keys["months_since_entry"], "ratio": row.value("ratio"), "segment": names[row.keys["segment"]]}
            for row in rows
        ]
        ends = [{"age": row.keys["months_since_entry"], "height": heights[segment], "segment": names[segment],
                 "text": figure(row["ratio"], "p1", language)} for segment, row in last.items()]  # fmt: skip
        legend = alt.Legend(columns=1 if width == SLIM else 3, labelLimit=300)
        x = alt.X(
            "age:Q",
            scale=alt.Scale(domain=[0, ages * (1.2 if width == SLIM else 1.08)], nice=False),
            axis=alt.Axis(
                title=say("retention.age").to(language),
                values=list(range(0, ages + 1, -(-ages // 12))),
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
    """The heights moved down where two would overlap."""
    placed: dict[str, float] = {}
    for name, height in sorted(heights.items(), key=lambda item: -item[1]):
        placed[name] = min([height, *(other - least for other in placed.values())])
    return placed
