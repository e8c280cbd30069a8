"""Targets: where coverage stands, where its own pace leads, and what the plan asks for."""

from datetime import date

import altair as alt

from assets.release.report.charts import BLUE, INK, RED, Draw, Drawing, chart_of, month_axis, picture, stamp
from assets.release.report.language import figure, label, say
from assets.release.report.section import Section, absent
from assets.release.report.sections.headline import NATION
from assets.release.report.source import Ask, Fixed, Row, Source, at
from assets.release.report.tables import Column, Table, table

_NAMES = ("target_value", "actual_value", "gap_value", "needed_per_month", "mean_change", "projected_value", "projected_low",
          "projected_high", "outlook")  # fmt: skip
_KEYS = ("segment", "denominator_id", "target_month")
_RATIO, _PERSONS = "coverage_ratio", "protected_persons"


def targets(source: Source) -> Section:
    """The next national target of coverage as a chart, every national target as a table."""
    missing = absent("targets", "target_progress", source)
    if missing:
        return missing
    tables = tuple(made for made in (_table(source, kind) for kind in (_RATIO, _PERSONS)) if made.rows)
    nearest = _nearest(source)
    if nearest is None:
        return Section("targets", say("targets.title_none"), say("targets.lead"), "target_progress", (), tables)
    told = {**nearest.cells, "target_month": nearest.keys["target_month"],
            "denominator": label("denominator", nearest.keys["denominator_id"])}  # fmt: skip
    projected = nearest.value("projected_low") is not None
    title = say("targets.title" if projected else "targets.title_short", **told)
    seen = _seen(source, nearest)
    words = say("targets.alt" if projected else "targets.title_short", **told)
    drawn = (picture("targets", _drawing(seen, nearest), words),) if seen else ()
    return Section("targets", title, say("targets.lead"), "target_progress", drawn, tables, (say("targets.note"),))


def _ask(source: Source, indicator: str) -> Ask:
    fixed: Fixed = {"month": source.month, "indicator": indicator, "region_code": "ID"}
    return Ask("target_progress", fixed, _KEYS, {name: name for name in _NAMES}, order="denominator_id = 'employed'")


def _nearest(source: Source) -> Row | None:
    """The first target still ahead of the whole nation, by the potential if there is one."""
    return next((row for row in source.rows(_ask(source, _RATIO))
                 if row.keys["segment"] == "all" and row.value("actual_value") is not None), None)  # fmt: skip


def _seen(source: Source, target: Row) -> list[tuple[date, float]]:
    fixed = at({**NATION, "segment": "all", "denominator_id": target.keys["denominator_id"]})
    seen = f"SELECT month, 100 * coverage_ratio FROM coverage WHERE {fixed} AND coverage_ratio IS NOT NULL"
    return source.list(f"{seen} AND month <= DATE '{source.month}' ORDER BY month")


def _table(source: Source, kind: str) -> Table:
    form, change = ("v2", "d2") if kind == _RATIO else ("n", "n")
    forms = {"gap_value": change, "needed_per_month": change, "mean_change": change}
    columns = [
        Column("segment", say("page.segment"), named=lambda code: label("segment", code)),
        Column("denominator_id", say("page.denominator"), named=lambda code: label("denominator", code)),
        Column("target_month", say("targets.by")),
    ]  # fmt: skip
    columns += [Column(name, say(f"targets.{name}"), forms.get(name, form)) for name in _NAMES[:-1]]
    outlook = Column("outlook", say("targets.outlook"), "w", named=lambda code: label("outlook", code))
    return table(source, f"targets_{kind}", _ask(source, kind), (*columns, outlook))


def _drawing(seen: list[tuple[date, float]], target: Row) -> Draw:
    now, until = seen[-1], target.keys["target_month"]
    low, high, middle = (target.value(f"projected_{name}") for name in ("low", "high", "value"))

    def draw(language: str, width: int) -> Drawing:
        past = [{"month": stamp(month), "value": value} for month, value in seen]
        ahead = [{"month": stamp(now[0]), "low": now[1], "high": now[1], "value": now[1]},
                 {"month": stamp(until), "low": low, "high": high, "value": middle}]  # fmt: skip
        aim = [{"month": stamp(until), "value": target.value("target_value"),
                "text": f"{say('targets.target').to(language)} {figure(target['target_value'], 'v2', language)}"}]  # fmt: skip
        ends = [{"month": stamp(until), "value": middle,
                 "text": f"{say('targets.pace').to(language)} {figure(target['projected_value'], 'v1', language)}"}]  # fmt: skip
        x = month_axis("month", [*past, *aim], width)
        y = alt.Y(
            "value:Q",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(title=None, tickCount=6, labelExpr="datum.label + '\u00a0%'"),
        )
        layers = [
            chart_of(past)
            .mark_line(color=BLUE, strokeWidth=2.4, point={"filled": True, "color": BLUE, "size": 34})
            .encode(x=x, y=y)
        ]
        if low is not None:
            cone = chart_of(ahead).encode(x=x)
            layers += [cone.mark_area(opacity=0.16, color=BLUE).encode(y=alt.Y("low:Q"), y2="high:Q"),
                       cone.mark_line(color=BLUE, strokeDash=[3, 3]).encode(y=y),
                       chart_of(ends).mark_text(align="right", dy=16, dx=-6).encode(x=x, y=y, text="text:N")]  # fmt: skip
        goal = chart_of(aim).encode(x=x, y=y)
        mark = goal.mark_point(shape="diamond", filled=True, size=150, color=RED, opacity=1)
        name = goal.mark_text(align="right", dx=-12, fontWeight="bold", fontSize=13, color=INK).encode(text="text:N")
        return alt.layer(*layers, mark, name).properties(height=300)

    return draw
