"""Data quality: what offices delivered, what was kept apart, and which rules break most."""

from assets.release.findings.deliveries import BROKEN, FLAGGED, VOLUMES
from assets.release.findings.deliveries import quality as found_quality
from assets.release.findings.source import Ask, Source
from assets.release.report.bar_charts import Bar, bars
from assets.release.report.charts import BLUE, ORANGE, picture
from assets.release.report.language import Both, both, label, say
from assets.release.report.section import Section
from assets.release.report.tables import Column, table

_SHOWN = 10
_WORTH_DRAWING = 3


def quality(source: Source) -> Section:
    """Rules by rows that break them; offices and extracts as tables."""
    extracts = Ask("data_quality", {"month": source.month}, ("extract",), VOLUMES, grouped=True)
    offices = Ask("data_quality", {"month": source.month, "extract": "enrolments"}, ("office_code",),
                  {**VOLUMES, "flagged": FLAGGED}, grouped=True,
                  order=f"{VOLUMES['rows_read'].least} DESC NULLS LAST")  # fmt: skip
    rules = Ask("data_quality", {"month": source.month}, ("extract", "rule", "severity"), {"broken": BROKEN}, grouped=True,
                also="severity IN ('fatal', 'convention')", order=f"{BROKEN.least} DESC NULLS LAST", limit=_SHOWN)  # fmt: skip
    extract = Column("extract", say("quality.extract"), named=lambda code: label("extract", code))
    office = Column(
        "office_code",
        say("quality.office"),
        named=lambda code: say("quality.unknown") if code == "unknown" else both(code, code),
    )
    severity = Column("severity", say("quality.severity"), named=lambda code: label("severity", code))
    heads = {name: Column(name, say(f"quality.{name}"), "n") for name in (*VOLUMES, "flagged", "broken")}
    tables = (
        table(source, "quality", extracts, (extract, *(heads[name] for name in VOLUMES))),
        table(source, "quality_offices", offices, (office, *(heads[name] for name in (*VOLUMES, "flagged")))),
        table(
            source, "quality_rules", rules, (extract, Column("rule", say("quality.rule")), severity, heads["broken"])
        ),
    )
    title = _title(source)
    kinds = {"convention": 0, "fatal": 1}
    shown = [Bar(say("quality.bar", rule=row.keys["rule"], severity=label("severity", row.keys["severity"])), row["broken"],
                 kinds[row.keys["severity"]]) for row in tables[2].rows if row.value("broken") or row["broken"].least]  # fmt: skip
    if len(shown) < _WORTH_DRAWING:
        return Section("quality", title, say("quality.lead"), "data_quality", (), tables)
    alternative = "alt_shown" if any(row["broken"].is_withheld for row in tables[2].rows) else "alt"
    words = say(f"quality.{alternative}", finding=title, rule=shown[0].name, most=shown[0].cell)
    drawn = picture("quality", bars(shown, "n", colours=(BLUE, ORANGE)), words)
    return Section("quality", title, say("quality.lead"), "data_quality", (drawn,), tables)


def _title(source: Source) -> Both:
    told = found_quality(source)
    parts = {name: told[f"{unit}_{name}"] for unit, name in (("rows", "quarantined"), ("files", "rejected"))}
    said = {
        name: say(f"quality.{name}{'' if cell.value is not None or cell.least else '_withheld'}", **told.cells)
        for name, cell in parts.items()
    }
    read = told["rows_read"]
    return say(f"quality.title{'' if read.value is not None or read.least else '_withheld'}", **told.cells, **said)
