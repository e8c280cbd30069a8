"""Outreach: activities by channel, and the enrolments that followed: an association, not a proof."""

from functools import partial

import altair as alt

from assets.release.findings.reader import Fixed, Query, ReleaseReader, Row, plain_columns
from assets.release.findings.regional import EFFECTS, MONTHS_OBSERVED, outreach_effects
from assets.release.report.charts import BLUE, INK, SLIM, Draw, Drawing, chart_of, draw_chart
from assets.release.report.language import figure, label, phrase
from assets.release.report.section import Section, absent_section
from assets.release.report.tables import Column, table

_FORMS = {
    "activities": "n",
    "reach_persons": "n",
    "cost_idr": "mio",
    "new_enrolments": "n",
    "treated_regencies": "n",
    "additional_enrolments": "s1",
    "additional_low": "s1",
    "additional_high": "s1",
    "cost_per_additional_idr": "n",
}


def outreach(reader: ReleaseReader) -> Section:
    """The newest activities with an estimate, by channel."""
    missing = absent_section("outreach", "outreach", reader)
    if missing:
        return missing
    fixed: Fixed = {"month": reader.month, "province_code": "ID"}
    newest = Query(
        "outreach", {**fixed, "months_observed": MONTHS_OBSERVED}, ("segment", "channel", "held_month"), EFFECTS
    )
    spent = plain_columns("activities", "reach_persons", "cost_idr")
    now = Query("outreach", {**fixed, "months_observed": 0}, ("segment", "channel"), spent)
    result_tables = tuple(
        table(reader, name, query, _columns(query)) for name, query in (("outreach", newest), ("outreach_now", now))
    )
    found, notes = outreach_effects(reader), (phrase("outreach.note"),)
    if found.best is None:
        title = phrase("outreach.title_none" if found.is_whole else "outreach.title_withheld")
        return Section("outreach", title, phrase("outreach.lead"), "outreach", (), result_tables, notes)
    best, form = found.best, f"title{'' if found.is_clear else '_open'}{'' if found.is_whole else '_shown'}"
    title = phrase(
        f"outreach.{form}",
        channel=label("channel", best.keys["channel"]),
        segment=label("segment", best.keys["segment"]),
        held=best.keys["held_month"],
        **best.cells,
    )
    chart = draw_chart("outreach", _drawing(found.estimated), phrase("outreach.alt", finding=title))
    return Section("outreach", title, phrase("outreach.lead"), "outreach", (chart,), result_tables, notes)


def _columns(query: Query) -> tuple[Column, ...]:
    named = {
        "segment": phrase("page.segment"),
        "channel": phrase("outreach.channel"),
        "held_month": phrase("outreach.held"),
    }
    keys = [Column(key, named[key], named=None if key == "held_month" else partial(label, key)) for key in query.keys]
    return (*keys, *(Column(name, phrase(f"outreach.{name}"), _FORMS[name]) for name in query.figures))


def _drawing(rows: list[Row]) -> Draw:
    def draw(language: str, width: int) -> Drawing:
        values = [
            {
                "name": f"{label('channel', row.keys['channel']).to(language)} ({row.keys['segment']})",
                "value": row.value("additional_enrolments"),
                "low": row.value("additional_low"),
                "high": row.value("additional_high"),
                "text": figure(row["additional_enrolments"], "s1", language),
            }
            for row in rows
        ]
        y = alt.Y("name:N", title=None, axis=alt.Axis(labelLimit=140 if width == SLIM else 260, labelColor=INK))
        base = chart_of(values).encode(y=y)
        x = alt.X("low:Q", axis=alt.Axis(title=None, tickCount=5, format="+,.0f"))
        zero = chart_of([{"zero": 0}]).mark_rule(color=INK, strokeDash=[4, 3]).encode(x="zero:Q")
        return alt.layer(
            zero,
            base.mark_rule(color=BLUE, strokeWidth=3, opacity=0.45).encode(x=x, x2="high:Q"),
            base.mark_point(filled=True, size=80, color=BLUE, opacity=1).encode(x="value:Q"),
            base.mark_text(dy=-11, fontWeight="bold").encode(x="value:Q", text="text:N"),
        ).properties(height={"step": 38})

    return draw
