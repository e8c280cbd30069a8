"""Outreach: what was done on which channel, and the enrolments that were seen to follow; association, not proof."""

from functools import partial

import altair as alt

from assets.release.findings.regional import EFFECTS, SEEN, followed
from assets.release.findings.source import Ask, Fixed, Row, Source
from assets.release.report.charts import BLUE, INK, SLIM, Draw, Drawing, chart_of, picture
from assets.release.report.language import figure, label, say
from assets.release.report.section import Section, absent
from assets.release.report.tables import Column, table

_FORMS = {
    "activities": "n", "reach_persons": "n", "cost_idr": "mio", "new_enrolments": "n", "treated_regencies": "n",
    "additional_enrolments": "s1", "additional_low": "s1", "additional_high": "s1", "cost_per_additional_idr": "n",
}  # fmt: skip


def outreach(source: Source) -> Section:
    """The newest activities that three months have passed since, channel by channel."""
    missing = absent("outreach", "outreach", source)
    if missing:
        return missing
    fixed: Fixed = {"month": source.month, "province_code": "ID"}
    newest = Ask("outreach", {**fixed, "months_observed": SEEN}, ("segment", "channel", "held_month"), EFFECTS)
    spent = {name: name for name in ("activities", "reach_persons", "cost_idr")}
    now = Ask("outreach", {**fixed, "months_observed": 0}, ("segment", "channel"), spent)
    made = tuple(table(source, name, ask, _columns(ask)) for name, ask in (("outreach", newest), ("outreach_now", now)))
    found, notes = followed(source), (say("outreach.note"),)
    if found.best is None:
        title = say("outreach.title_none" if found.is_whole else "outreach.title_withheld")
        return Section("outreach", title, say("outreach.lead"), "outreach", (), made, notes)
    best, form = found.best, f"title{'' if found.is_clear else '_open'}{'' if found.is_whole else '_shown'}"
    title = say(f"outreach.{form}", channel=label("channel", best.keys["channel"]),
                segment=label("segment", best.keys["segment"]), held=best.keys["held_month"], **best.cells)  # fmt: skip
    drawn = picture("outreach", _drawing(found.estimated), say("outreach.alt", finding=title))
    return Section("outreach", title, say("outreach.lead"), "outreach", (drawn,), made, notes)


def _columns(ask: Ask) -> tuple[Column, ...]:
    named = {"segment": say("page.segment"), "channel": say("outreach.channel"), "held_month": say("outreach.held")}
    keys = [Column(key, named[key], named=None if key == "held_month" else partial(label, key)) for key in ask.keys]
    return (*keys, *(Column(name, say(f"outreach.{name}"), _FORMS[name]) for name in ask.figures))


def _drawing(rows: list[Row]) -> Draw:
    def draw(language: str, width: int) -> Drawing:
        values = [
            {"name": f"{label('channel', row.keys['channel']).to(language)} ({row.keys['segment']})",
             "value": row.value("additional_enrolments"), "low": row.value("additional_low"),
             "high": row.value("additional_high"), "text": figure(row["additional_enrolments"], "s1", language)}
            for row in rows
        ]  # fmt: skip
        y = alt.Y("name:N", title=None, axis=alt.Axis(labelLimit=140 if width == SLIM else 260, labelColor=INK))
        base = chart_of(values).encode(y=y)
        x = alt.X("low:Q", axis=alt.Axis(title=None, tickCount=5, format="+,.0f"))
        zero = chart_of([{"zero": 0}]).mark_rule(color=INK, strokeDash=[4, 3]).encode(x="zero:Q")
        return alt.layer(
            zero, base.mark_rule(color=BLUE, strokeWidth=3, opacity=0.45).encode(x=x, x2="high:Q"),
            base.mark_point(filled=True, size=80, color=BLUE, opacity=1).encode(x="value:Q"),
            base.mark_text(dy=-11, fontWeight="bold").encode(x="value:Q", text="text:N"),
        ).properties(height={"step": 38})  # fmt: skip

    return draw
