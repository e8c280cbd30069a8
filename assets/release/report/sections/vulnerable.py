"""Vulnerable workers: who pays for them, and the cliff when a budget year ends and nobody pays on."""

from datetime import date

import altair as alt

from assets.release.findings.beneficiaries import vulnerable as found_vulnerable
from assets.release.findings.beneficiaries import withheld_part
from assets.release.findings.source import Ask, Row, Source
from assets.release.report.charts import (
    BLUE,
    GREEN,
    GREY,
    HATCH,
    ORANGE,
    RED,
    SLIM,
    Draw,
    Drawing,
    Picture,
    chart_of,
    picture,
)
from assets.release.report.language import Both, figure, label, say
from assets.release.report.language import month as named
from assets.release.report.naming import province
from assets.release.report.section import Section, absent
from assets.release.report.tables import Column, Table, table

_FIGURES = {
    "protected": "protected_persons", "grace": "grace_persons", "lost": "became_unpaid_persons + left_persons",
    "lapsed": "became_unpaid_persons", "left": "left_persons", "new": "new_persons",
}  # fmt: skip
_PAYERS = {
    "regional_government": BLUE,
    "village_fund": ORANGE,
    "donor": GREEN,
    "self": GREY,
    "employer": RED,
    "group": "#6b4c9a",
    "not_stated": "#b0a58f",
}


def vulnerable(source: Source) -> Section:
    """Protected by payer over the months; the month that lost most names the cliff."""
    missing = absent("vulnerable", "vulnerable_workers", source)
    if missing:
        return missing
    ask = Ask("vulnerable_workers", {"province_code": "ID", "vulnerable_basis": "all", "availability": "available"},
              ("month", "payer"), _FIGURES)  # fmt: skip
    payers = table(source, "vulnerable", ask, (
        Column("month", say("page.month")), Column("payer", say("page.payer"), named=lambda code: label("payer", code)),
        *(Column(name, say(f"vulnerable.{name}"), "n") for name in _FIGURES),
    ))  # fmt: skip
    title = _title(source)
    shown = [row for row in payers.rows if row.keys["payer"] != "all"]
    whole = {row.keys["month"]: row for row in payers.rows if row.keys["payer"] == "all"}
    drawn = tuple(_picture(shown, whole, name, title) for name in ("protected", "lost"))
    return Section(
        "vulnerable",
        title,
        say("vulnerable.lead"),
        "vulnerable_workers",
        drawn,
        (payers, _groups(source), _provinces(source)),
    )


def _title(source: Source) -> Both:
    found = found_vulnerable(source)
    key = "covered" if found.whole.value("coverage_ratio") is not None else "counted"
    whole = say(
        f"vulnerable.{'covered_withheld' if found.whole.value('protected_persons') is None else key}",
        **found.whole.cells,
    )
    paid = say("vulnerable.paid" if found.share.value is not None else "vulnerable.paid_withheld", share=found.share)
    if found.known == "none":
        return say("vulnerable.title_calm", whole=whole, paid=paid)
    month, lost = found.worst or (None, None)
    cliff = say(
        "vulnerable.cliff" if found.known == "public" else f"vulnerable.cliff_{found.known}", month=month, lost=lost
    )
    return say("vulnerable.title", whole=whole, paid=paid, cliff=cliff)


def _picture(rows: list[Row], whole: dict[date, Row], name: str, finding: Both) -> Picture:
    heading = say(f"vulnerable.{name}_chart")
    words = say("vulnerable.alt", finding=finding, what=heading)
    return picture(f"vulnerable-{name}", _drawing(rows, whole, name), words, heading)


def _groups(source: Source) -> Table:
    figures = {name: _FIGURES[name] for name in ("protected", "grace", "lapsed", "left", "new")}
    ask = Ask(
        "vulnerable_workers",
        {"month": source.month, "province_code": "ID", "payer": "all"},
        ("vulnerable_basis",),
        figures,
    )
    key = Column("vulnerable_basis", say("vulnerable.basis"), named=lambda code: label("basis", code))
    return table(
        source, "vulnerable_groups", ask, (key, *(Column(name, say(f"vulnerable.{name}"), "n") for name in figures))
    )


def _provinces(source: Source) -> Table:
    figures = {
        "potential": "potential_persons",
        "protected": "protected_persons",
        "ratio": "coverage_ratio",
        "gap": "gap_persons",
    }
    ask = Ask("vulnerable_workers", {"month": source.month, "payer": "all", "vulnerable_basis": "all"}, ("province_code",), figures,
              also="province_code <> 'ID'")  # fmt: skip
    key = Column("province_code", say("page.province"), named=lambda code: province(code, source))
    columns = (
        Column(name, say(f"vulnerable.{name}"), "p1" if name == "ratio" else "n", bar=float(name == "ratio"))
        for name in figures
    )
    return table(source, "vulnerable_provinces", ask, (key, *columns), "province_code")


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
            {"month": when[row.keys["month"]], "payer": label("payer", row.keys["payer"]).to(language),
             "place": there.index(row.keys["payer"]), "value": row.value(name)}
            for row in rows if row.keys["payer"] in there and row.value(name) is not None
        ]  # fmt: skip
        if hidden := {month: cell.value for month, cell in rest.items() if cell.value}:
            word = say("vulnerable.rest").to(language)
            names, colours = [*names, word], [*colours, HATCH]
            values += [
                {"month": when[month], "payer": word, "place": len(there), "value": value}
                for month, value in hidden.items()
            ]
        totals = [
            {"month": when[month], "value": row.value(name), "text": figure(row[name], "n", language)}
            for month, row in whole.items() if row.value(name) is not None or row[name].is_withheld
        ]  # fmt: skip
        order = list(when.values())
        legend = alt.Legend(columns=1 if width == SLIM else 4, labelLimit=300)
        x = alt.X("month:O", sort=order, scale=alt.Scale(domain=order),
                  axis=alt.Axis(title=None, labelAngle=0, labelOverlap="greedy", labelExpr="split(datum.label, ' ')"))  # fmt: skip
        bar = chart_of(values).mark_bar(width={"band": 0.6}).encode(
            x=x, y=alt.Y("value:Q", axis=alt.Axis(title=None, tickCount=5, format=",.0f")), order="place:O",
            color=alt.Color("payer:N", scale=alt.Scale(domain=names, range=colours), legend=legend),
        )  # fmt: skip
        text = chart_of(totals).mark_text(dy=-7, fontSize=11).encode(x=x, y="value:Q", text="text:N")
        return alt.layer(bar, text).properties(height=240 if name == "protected" else 190)

    return draw
