"""Targets: coverage now, its projection, and the target of the plan."""

from datetime import date

import altair as alt

from assets.release.findings import target
from assets.release.findings.coverage import NATION
from assets.release.findings.reader import Fixed, Query, ReleaseReader, equals
from assets.release.report.charts import BLUE, INK, RED, Draw, Drawing, chart_of, draw_chart, month_axis, vega_date
from assets.release.report.language import figure, label, percent, phrase
from assets.release.report.section import Section, absent_section
from assets.release.report.sentences import target_sentence
from assets.release.report.tables import Column, Table, table

_NAMES = (
    "target_value",
    "actual_value",
    "gap_value",
    "needed_per_month",
    "mean_change",
    "projected_value",
    "projected_low",
    "projected_high",
    "outlook",
)
_KEYS = ("segment", "denominator_id", "target_month")
_RATIO, _PERSONS = "coverage_ratio", "protected_persons"


def targets(reader: ReleaseReader) -> Section:
    """The next national target of coverage as a chart, every national target as a table."""
    missing = absent_section("targets", "target_progress", reader)
    if missing:
        return missing
    tables = tuple(each for each in (_table(reader, kind) for kind in (_RATIO, _PERSONS)) if each.rows)
    found = target.target(reader)
    figures = {**found.cells, "target_month": found.target_month}
    title = phrase("targets.title", **figures) if found.is_projected else target_sentence(found)
    lead = phrase("targets.lead_projected" if found.is_projected else "targets.lead")
    seen = _seen(reader, found) if "target_value" in found.cells else []
    words = (
        phrase("targets.alt" if found.is_projected else "targets.alt_bare", finding=title, **figures) if seen else None
    )
    charts = (draw_chart("targets", _drawing(seen, found, reader.month), words),) if words else ()
    return Section("targets", title, lead, "target_progress", charts, tables, (phrase("targets.note"),))


def _ask(reader: ReleaseReader, indicator: str) -> Query:
    fixed: Fixed = {"month": reader.month, "indicator": indicator, "region_code": "ID"}
    return Query("target_progress", fixed, _KEYS, {name: name for name in _NAMES}, order="denominator_id = 'employed'")


def _seen(reader: ReleaseReader, found: target.Target) -> list[tuple[date, float]]:
    fixed = equals({**NATION, "segment": "all", "denominator_id": found.denominator_id})
    seen = f"SELECT month, 100 * coverage_ratio FROM coverage WHERE {fixed} AND coverage_ratio IS NOT NULL"
    return reader.list(f"{seen} AND month <= DATE '{reader.month}' ORDER BY month")


def _table(reader: ReleaseReader, kind: str) -> Table:
    form, change = ("v2", "d2") if kind == _RATIO else ("n", "n")
    forms = {"gap_value": change, "needed_per_month": change, "mean_change": change}
    columns = [
        Column("segment", phrase("page.segment"), named=lambda code: label("segment", code)),
        Column("denominator_id", phrase("page.denominator"), named=lambda code: label("denominator", code)),
        Column("target_month", phrase("targets.by")),
    ]
    columns += [Column(name, phrase(f"targets.{name}"), forms.get(name, form)) for name in _NAMES[:-1]]
    outlook = Column("outlook", phrase("targets.outlook"), "w", named=lambda code: label("outlook", code))
    return table(reader, f"targets_{kind}", _ask(reader, kind), (*columns, outlook))


def _drawing(seen: list[tuple[date, float]], found: target.Target, month: date) -> Draw:
    until, cells = found.target_month or month, found.cells
    now = cells["actual_value"].value  # where the projection begins, whatever months are shown
    low, high, middle = (cells[f"projected_{name}"].value for name in ("low", "high", "value"))

    def draw(language: str, width: int) -> Drawing:
        past = [{"month": vega_date(when), "value": value} for when, value in seen]
        ahead = [
            {"month": vega_date(month), "low": now, "high": now, "value": now},
            {"month": vega_date(until), "low": low, "high": high, "value": middle},
        ]
        aim = [
            {
                "month": vega_date(until),
                "value": cells["target_value"].value,
                "text": f"{phrase('targets.target').to(language)} {figure(cells['target_value'], 'v2', language)}",
            }
        ]
        ends = [
            {
                "month": vega_date(until),
                "value": middle,
                "text": f"{phrase('targets.pace').to(language)} {figure(cells['projected_value'], 'v1', language)}",
            }
        ]
        x = month_axis("month", [*past, *aim], width)
        y = alt.Y(
            "value:Q",
            scale=alt.Scale(zero=False),
            axis=alt.Axis(title=None, tickCount=6, labelExpr=f"datum.label + '{percent(1, language, 0)[1:]}'"),
        )
        layers = [
            chart_of(past)
            .mark_line(color=BLUE, strokeWidth=2.4, point={"filled": True, "color": BLUE, "size": 34})
            .encode(x=x, y=y)
        ]
        if found.is_projected:
            cone = chart_of(ahead).encode(x=x)
            layers += [
                cone.mark_area(opacity=0.16, color=BLUE).encode(y=alt.Y("low:Q"), y2="high:Q"),
                cone.mark_line(color=BLUE, strokeDash=[3, 3]).encode(y=y),
                chart_of(ends).mark_text(align="right", dy=16, dx=-6).encode(x=x, y=y, text="text:N"),
            ]
        goal = chart_of(aim).encode(x=x, y=y)
        mark = goal.mark_point(shape="diamond", filled=True, size=150, color=RED, opacity=1)
        name = goal.mark_text(align="right", dx=-12, fontWeight="bold", fontSize=13, color=INK).encode(text="text:N")
        return alt.layer(*layers, mark, name).properties(height=300)

    return draw
