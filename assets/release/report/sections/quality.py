"""Data quality: what offices delivered, what was kept apart, and which rules break most."""

from assets.release.report.charts import BLUE, ORANGE, picture
from assets.release.report.drawings import Bar, bars
from assets.release.report.language import Both, both, label, say
from assets.release.report.section import Section
from assets.release.report.source import Ask, Source
from assets.release.report.tables import Column, table

_VOLUMES = ("rows_read", "rows_accepted", "rows_quarantined", "rows_collapsed")
_BROKEN = {"broken": "CAST(sum(broken_rows) AS BIGINT)"}
_SHOWN = 10
_WORTH_DRAWING = 3


def quality(source: Source) -> Section:
    """Rules by rows that break them; offices and extracts as tables."""
    volumes = {
        name: f"CAST(sum(broken_rows) FILTER (rule = '{name}') AS BIGINT)" for name in (*_VOLUMES, "files_rejected")
    }
    flagged = {"flagged": "CAST(sum(broken_rows) FILTER (severity = 'convention') AS BIGINT)"}
    extracts = Ask("data_quality", {"month": source.month}, ("extract",), volumes, grouped=True)
    offices = Ask("data_quality", {"month": source.month, "extract": "enrolments"}, ("office_code",), {**volumes, **flagged},
                  grouped=True, order="5 DESC NULLS LAST")  # fmt: skip
    rules = Ask("data_quality", {"month": source.month}, ("extract", "rule", "severity"), _BROKEN, grouped=True,
                also="severity IN ('fatal', 'convention')", order="broken DESC NULLS LAST", limit=_SHOWN)  # fmt: skip
    extract = Column("extract", say("quality.extract"), named=lambda code: label("extract", code))
    office = Column(
        "office_code",
        say("quality.office"),
        named=lambda code: say("quality.unknown") if code == "unknown" else both(code, code),
    )
    severity = Column("severity", say("quality.severity"), named=lambda code: label("severity", code))
    heads = {name: Column(name, say(f"quality.{name}"), "n") for name in (*volumes, *flagged, "broken")}
    tables = (
        table(source, "quality", extracts, (extract, *(heads[name] for name in volumes))),
        table(source, "quality_offices", offices, (office, *(heads[name] for name in (*volumes, *flagged)))),
        table(
            source, "quality_rules", rules, (extract, Column("rule", say("quality.rule")), severity, heads["broken"])
        ),
    )
    counted = {**volumes, "offices": "count(DISTINCT office_code) FILTER (office_code <> 'unknown')"}
    told = source.total("data_quality", counted, {"month": source.month})
    title = say("quality.title", **told.cells)
    kinds = {"convention": 0, "fatal": 1}
    shown = [Bar(say("quality.bar", rule=row.keys["rule"], severity=label("severity", row.keys["severity"])), row["broken"],
                 kinds[row.keys["severity"]]) for row in tables[2].rows if row.value("broken")]  # fmt: skip
    if len(shown) < _WORTH_DRAWING:
        return Section("quality", title, say("quality.lead"), "data_quality", (), tables)
    drawn = picture(
        "quality",
        bars(shown, "n", colours=(BLUE, ORANGE)),
        say("quality.alt", finding=title, rule=shown[0].name, most=shown[0].cell),
    )
    return Section("quality", title, say("quality.lead"), "data_quality", (drawn,), tables)


def _office(code: str) -> Both:
    return say("quality.unknown") if code == "unknown" else both(code, code)
