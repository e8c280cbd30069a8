"""Vulnerable workers: their payers, and the loss of protection when a budget year ends."""

from datetime import date
from typing import Any

import altair as alt

from assets.release.findings.beneficiaries import vulnerable as found_vulnerable
from assets.release.findings.beneficiaries import withheld_part
from assets.release.findings.reader import Query, ReleaseReader, Row
from assets.release.report.charts import (
    BLUE,
    GREEN,
    GREY,
    HATCH,
    ORANGE,
    RED,
    SLIM,
    Chart,
    Draw,
    Drawing,
    chart_of,
    draw_chart,
)
from assets.release.report.language import Bilingual, figure, label, phrase
from assets.release.report.language import month as named
from assets.release.report.naming import province
from assets.release.report.section import Section, absent_section
from assets.release.report.tables import Column, Table, table

_FIGURES = {
    "protected": "protected_persons",
    "grace": "grace_persons",
    "lost": "became_unpaid_persons + left_persons",
    "lapsed": "became_unpaid_persons",
    "left": "left_persons",
    "new": "new_persons",
}
_PAYERS = {
    "regional_government": BLUE,
    "village_fund": ORANGE,
    "donor": GREEN,
    "self": GREY,
    "employer": RED,
    "group": "#6b4c9a",
    "not_stated": "#b0a58f",
}


def vulnerable(reader: ReleaseReader) -> Section:
    """Protected workers by payer over the months; the title names the month with the largest loss."""
    missing = absent_section("vulnerable", "vulnerable_workers", reader)
    if missing:
        return missing
    query = Query(
        "vulnerable_workers",
        {"province_code": "ID", "vulnerable_basis": "all", "availability": "available"},
        ("month", "payer"),
        _FIGURES,
    )
    payers = table(
        reader,
        "vulnerable",
        query,
        (
            Column("month", phrase("page.month")),
            Column("payer", phrase("page.payer"), named=lambda code: label("payer", code)),
            *(Column(name, phrase(f"vulnerable.{name}"), "n") for name in _FIGURES),
        ),
    )
    title = _title(reader)
    shown = [row for row in payers.rows if row.keys["payer"] != "all"]
    whole = {row.keys["month"]: row for row in payers.rows if row.keys["payer"] == "all"}
    chart = tuple(_picture(shown, whole, name, title) for name in ("protected", "lost"))
    return Section(
        "vulnerable",
        title,
        phrase("vulnerable.lead"),
        "vulnerable_workers",
        chart,
        (payers, _groups(reader), _provinces(reader)),
    )


def _title(reader: ReleaseReader) -> Bilingual:
    found = found_vulnerable(reader)
    key = "covered" if found.whole.value("coverage_ratio") is not None else "counted"
    whole = phrase(
        f"vulnerable.{'covered_withheld' if found.whole.value('protected_persons') is None else key}",
        **found.whole.cells,
    )
    paid = phrase("vulnerable.paid" if found.share.value is not None else "vulnerable.paid_withheld", share=found.share)
    if found.known == "none":
        return phrase("vulnerable.title_calm", whole=whole, paid=paid)
    month, lost = found.worst or (None, None)
    cliff = phrase(
        "vulnerable.cliff" if found.known == "public" else f"vulnerable.cliff_{found.known}", month=month, lost=lost
    )
    return phrase("vulnerable.title", whole=whole, paid=paid, cliff=cliff)


def _picture(rows: list[Row], whole: dict[date, Row], name: str, finding: Bilingual) -> Chart:
    heading = phrase(f"vulnerable.{name}_chart")
    words = phrase("vulnerable.alt", finding=finding, what=heading)
    return draw_chart(f"vulnerable-{name}", _drawing(rows, whole, name), words, heading)


def _groups(reader: ReleaseReader) -> Table:
    figures = {name: _FIGURES[name] for name in ("protected", "grace", "lapsed", "left", "new")}
    query = Query(
        "vulnerable_workers",
        {"month": reader.month, "province_code": "ID", "payer": "all"},
        ("vulnerable_basis",),
        figures,
    )
    key = Column("vulnerable_basis", phrase("vulnerable.basis"), named=lambda code: label("basis", code))
    return table(
        reader,
        "vulnerable_groups",
        query,
        (key, *(Column(name, phrase(f"vulnerable.{name}"), "n") for name in figures)),
    )


def _provinces(reader: ReleaseReader) -> Table:
    figures = {
        "potential": "potential_persons",
        "protected": "protected_persons",
        "ratio": "coverage_ratio",
        "gap": "gap_persons",
    }
    query = Query(
        "vulnerable_workers",
        {"month": reader.month, "payer": "all", "vulnerable_basis": "all"},
        ("province_code",),
        figures,
        condition="province_code <> 'ID'",
    )
    key = Column("province_code", phrase("page.province"), named=lambda code: province(code, reader))
    columns = (
        Column(name, phrase(f"vulnerable.{name}"), "p1" if name == "ratio" else "n", bar=float(name == "ratio"))
        for name in figures
    )
    return table(reader, "vulnerable_provinces", query, (key, *columns), "province_code")


def _drawing(rows: list[Row], whole: dict[date, Row], name: str) -> Draw:
    there = [payer for payer in _PAYERS if any(row.keys["payer"] == payer and row.value("protected") for row in rows)]
    rest = {
        month: withheld_part([row for row in rows if row.keys["month"] == month], row, name)
        for month, row in whole.items()
    }

    def draw(language: str, width: int) -> Drawing:
        names = [label("payer", payer).to(language) for payer in there]
        colours = [_PAYERS[payer] for payer in there]
        when = {month: named(month, language, short=True) for month in whole}
        values = [
            {
                "month": when[row.keys["month"]],
                "payer": label("payer", row.keys["payer"]).to(language),
                "position": there.index(row.keys["payer"]),
                "value": row.value(name),
            }
            for row in rows
            if row.keys["payer"] in there and row.value(name) is not None
        ]
        if hidden := {month: cell.value for month, cell in rest.items() if cell.value}:
            word = phrase("vulnerable.rest").to(language)
            names, colours = [*names, word], [*colours, HATCH]
            values += [
                {"month": when[month], "payer": word, "position": len(there), "value": value}
                for month, value in hidden.items()
            ]
        totals = _labels(whole, name, when, language, width)
        order = list(when.values())
        legend = alt.Legend(columns=1 if width == SLIM else 4, labelLimit=300)
        x = alt.X(
            "month:O",
            sort=order,
            scale=alt.Scale(domain=order),
            axis=alt.Axis(
                title=None, labelAngle=0, values=order[:: -_every(order, width)], labelExpr="split(datum.label, ' ')"
            ),
        )
        bar = (
            chart_of(values)
            .mark_bar(width={"band": 0.6})
            .encode(
                x=x,
                y=alt.Y("value:Q", axis=alt.Axis(title=None, tickCount=5, format=",.0f")),
                order="position:O",
                color=alt.Color("payer:N", scale=alt.Scale(domain=names, range=colours), legend=legend),
            )
        )
        text = chart_of(totals).mark_text(dy=-7, fontSize=11).encode(x=x, y="value:Q", text="text:N")
        return alt.layer(bar, text).properties(height=240 if name == "protected" else 190)

    return draw


def _labels(
    whole: dict[date, Row], name: str, when: dict[date, str], language: str, width: int
) -> list[dict[str, Any]]:
    """The total above each column; only the highest if there is no room for all."""
    found = [
        {"month": when[month], "value": row.value(name), "text": figure(row[name], "n", language)}
        for month, row in whole.items()
        if row.value(name) is not None or row[name].is_withheld
    ]
    if 6.5 * len(found) * max((len(total["text"]) for total in found), default=0) <= width - 60:
        return found
    known = [total for total in found if total["value"] is not None]
    return [max(known, key=lambda total: total["value"])] if known else []


def _every(order: list[str], width: int) -> int:
    """The distance in months between two labels, so that each has 36 pixels."""
    return max(1, -(-36 * len(order) // (width - 60)))
