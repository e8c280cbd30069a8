"""Data quality: delivered and quarantined rows, and the rules that are broken most."""

from assets.release.findings.deliveries import BROKEN, FLAGGED, VOLUMES
from assets.release.findings.deliveries import quality as found_quality
from assets.release.findings.reader import Query, ReleaseReader
from assets.release.report.bar_charts import Bar, bars
from assets.release.report.charts import BLUE, ORANGE, draw_chart
from assets.release.report.language import Bilingual, bilingual, label, phrase
from assets.release.report.section import Section
from assets.release.report.tables import Column, table

_SHOWN = 10
_WORTH_DRAWING = 3


def quality(reader: ReleaseReader) -> Section:
    """Rules by rows that break them; offices and extracts as tables."""
    extracts = Query("data_quality", {"month": reader.month}, ("extract",), VOLUMES, grouped=True)
    offices = Query(
        "data_quality",
        {"month": reader.month, "extract": "enrolments"},
        ("office_code",),
        {**VOLUMES, "flagged": FLAGGED},
        grouped=True,
        order=f"{VOLUMES['rows_read'].lower_bound} DESC NULLS LAST",
    )
    rules = Query(
        "data_quality",
        {"month": reader.month},
        ("extract", "rule", "severity"),
        {"broken": BROKEN},
        grouped=True,
        condition="severity IN ('fatal', 'convention')",
        order=f"{BROKEN.lower_bound} DESC NULLS LAST",
        limit=_SHOWN,
    )
    extract = Column("extract", phrase("quality.extract"), named=lambda code: label("extract", code))
    office = Column(
        "office_code",
        phrase("quality.office"),
        named=lambda code: phrase("quality.unknown") if code == "unknown" else bilingual(code, code),
    )
    severity = Column("severity", phrase("quality.severity"), named=lambda code: label("severity", code))
    heads = {name: Column(name, phrase(f"quality.{name}"), "n") for name in (*VOLUMES, "flagged", "broken")}
    tables = (
        table(reader, "quality", extracts, (extract, *(heads[name] for name in VOLUMES))),
        table(reader, "quality_offices", offices, (office, *(heads[name] for name in (*VOLUMES, "flagged")))),
        table(
            reader, "quality_rules", rules, (extract, Column("rule", phrase("quality.rule")), severity, heads["broken"])
        ),
    )
    title = _title(reader)
    kinds = {"convention": 0, "fatal": 1}
    shown = [
        Bar(
            phrase("quality.bar", rule=row.keys["rule"], severity=label("severity", row.keys["severity"])),
            row["broken"],
            kinds[row.keys["severity"]],
        )
        for row in tables[2].rows
        if row.value("broken") or row["broken"].lower_bound
    ]
    if len(shown) < _WORTH_DRAWING:
        return Section("quality", title, phrase("quality.lead"), "data_quality", (), tables)
    alternative = "alt_shown" if any(row["broken"].is_withheld for row in tables[2].rows) else "alt"
    words = phrase(f"quality.{alternative}", finding=title, rule=shown[0].name, most=shown[0].cell)
    chart = draw_chart("quality", bars(shown, "n", colours=(BLUE, ORANGE)), words)
    return Section("quality", title, phrase("quality.lead"), "data_quality", (chart,), tables)


def _title(reader: ReleaseReader) -> Bilingual:
    totals = found_quality(reader)
    parts = {name: totals[f"{unit}_{name}"] for unit, name in (("rows", "quarantined"), ("files", "rejected"))}
    parts_text = {
        name: phrase(
            f"quality.{name}{'' if cell.value is not None or cell.lower_bound else '_withheld'}", **totals.cells
        )
        for name, cell in parts.items()
    }
    read = totals["rows_read"]
    return phrase(
        f"quality.title{'' if read.value is not None or read.lower_bound else '_withheld'}",
        **totals.cells,
        **parts_text,
    )
