"""Vulnerable workers: who pays for them, and the cliff when a budget year ends and nobody pays on."""

from datetime import date

import altair as alt

from assets.release.report.charts import BLUE, GREEN, GREY, ORANGE, RED, SLIM, Draw, Drawing, Picture, chart_of, picture
from assets.release.report.language import Both, label, month, say
from assets.release.report.section import Section, absent, province
from assets.release.report.source import Ask, Cell, Fixed, Row, Source
from assets.release.report.tables import Column, Table, table

_FIGURES = {
    "protected": "protected_persons", "grace": "grace_persons", "lost": "lapsed_persons + left_persons",
    "lapsed": "lapsed_persons", "left": "left_persons", "new": "new_persons",
}  # fmt: skip
PUBLIC = "payer IN ('regional_government', 'village_fund')"
_SHARE = f"CAST(sum(protected_persons) FILTER ({PUBLIC}) AS DOUBLE) / nullif(max(protected_persons) FILTER (payer = 'all'), 0)"
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
    fixed: Fixed = {"month": source.month, "province_code": "ID", "vulnerable_basis": "all"}
    figures = {"protected": "protected_persons", "potential": "potential_persons", "ratio": "coverage_ratio"}
    whole = source.row("vulnerable_workers", figures, **fixed, payer="all")
    shared = source.total("vulnerable_workers", {"share": _SHARE}, fixed)
    worst = _worst(source)
    cliff = say("vulnerable.cliff", month=worst[0], lost=worst[1]) if worst else say("vulnerable.no_cliff")
    title = say(
        "vulnerable.title" if whole.value("ratio") is not None else "vulnerable.title_short",
        cliff=cliff,
        **whole.cells,
        **shared.cells,
    )
    shown = [row for row in payers.rows if row.keys["payer"] != "all"]
    drawn = tuple(_picture(shown, name, title) for name in ("protected", "lost"))
    return Section(
        "vulnerable",
        title,
        say("vulnerable.lead"),
        "vulnerable_workers",
        drawn,
        (payers, _groups(source), _provinces(source)),
    )


def _picture(rows: list[Row], name: str, finding: Both) -> Picture:
    heading = say(f"vulnerable.{name}_chart")
    return picture(
        f"vulnerable-{name}", _drawing(rows, name), say("vulnerable.alt", finding=finding, what=heading), heading
    )


def _worst(source: Source) -> tuple[date, Cell] | None:
    """The month in which workers whom a public budget paid for lost protection most, and how many."""
    ask = Ask("vulnerable_workers", {"province_code": "ID", "vulnerable_basis": "all"}, ("month",),
              {"lost": "CAST(sum(lapsed_persons + left_persons) AS BIGINT)"}, also=PUBLIC, grouped=True)  # fmt: skip
    known = [row for row in source.rows(ask) if row.value("lost")]
    worst = max(known, key=lambda row: (row.value("lost"), row.keys["month"]), default=None)
    return (worst.keys["month"], worst["lost"]) if worst else None


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


def _drawing(rows: list[Row], figure: str) -> Draw:
    there = [payer for payer in _PAYERS if any(row.keys["payer"] == payer and row.value("protected") for row in rows)]

    def draw(language: str, width: int) -> Drawing:
        names = [label("payer", payer).to(language) for payer in there]
        values = [
            {"month": month(row.keys["month"], language, short=True), "payer": label("payer", row.keys["payer"]).to(language),
             "place": there.index(row.keys["payer"]), "value": row.value(figure)}
            for row in rows if row.keys["payer"] in there and row.value(figure) is not None
        ]  # fmt: skip
        order = list(dict.fromkeys(month(row.keys["month"], language, short=True) for row in rows))
        legend = alt.Legend(columns=1 if width == SLIM else 4, labelLimit=300)
        bar = chart_of(values).mark_bar(width={"band": 0.6}).encode(
            x=alt.X("month:O", sort=order, scale=alt.Scale(domain=order),
                    axis=alt.Axis(title=None, labelAngle=0, labelOverlap="greedy", labelExpr="split(datum.label, ' ')")),
            y=alt.Y("value:Q", axis=alt.Axis(title=None, tickCount=5, format=",.0f")), order="place:O",
            color=alt.Color("payer:N", scale=alt.Scale(domain=names, range=[_PAYERS[payer] for payer in there]), legend=legend),
        )  # fmt: skip
        totals = chart_of(values).mark_text(dy=-7, fontSize=11).encode(
            x=alt.X("month:O", sort=order), y="sum(value):Q", text=alt.Text("sum(value):Q", format=",.0f"))  # fmt: skip
        return alt.layer(bar, totals).properties(height=240 if figure == "protected" else 190)

    return draw
