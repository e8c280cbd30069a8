"""Contributions: amounts due for the month, amounts paid, and memberships paid on time."""

from assets.release.findings.employers import payments
from assets.release.findings.reader import Query, ReleaseReader, Row
from assets.release.report.bar_charts import Bar, bars
from assets.release.report.charts import BLUE, ORANGE, draw_chart
from assets.release.report.language import Bilingual, label, phrase
from assets.release.report.section import Section, absent_section
from assets.release.report.tables import Column, table

_FORMS = {
    "due_memberships": "n",
    "in_time_ratio": "p1",
    "density_ratio": "p1",
    "paid_ratio": "p1",
    "arrears_memberships": "n",
    "due_idr": "mio",
    "paid_idr": "mio",
    "late_idr": "mio",
    "history_months": "n",
}
_FIGURES = {name: name for name in _FORMS}


def compliance(reader: ReleaseReader) -> Section:
    """Memberships paid on time, by segment and size."""
    missing = absent_section("compliance", "compliance", reader)
    if missing:
        return missing
    order = "list_position(['all', 'PU', 'BPU'], segment), list_position(['all', 'micro', 'small', 'medium', 'large'], size_class)"
    query = Query(
        "compliance",
        {"month": reader.month, "province_code": "ID"},
        ("segment", "size_class"),
        _FIGURES,
        condition="size_class NOT IN ('none', 'unknown')",
        order=order,
    )
    columns = (
        Column("segment", phrase("page.segment"), named=lambda code: label("segment", code)),
        Column("size_class", phrase("enterprises.size"), named=lambda code: label("size", code)),
        *(Column(name, phrase(f"compliance.{name}"), form) for name, form in _FORMS.items()),
    )
    result_table = table(reader, "compliance", query, columns)
    shown = [Bar(_named(row), row["in_time_ratio"], int(row.keys["segment"] == "BPU")) for row in result_table.rows]
    title = _title(payments(reader))
    chart = draw_chart(
        "compliance", bars(shown, "p1", colours=(BLUE, ORANGE), until=1.0), phrase("compliance.alt", finding=title)
    )
    return Section("compliance", title, phrase("compliance.lead"), "compliance", (chart,), (result_table,))


def _named(row: Row) -> Bilingual:
    segment, size = row.keys["segment"], row.keys["size_class"]
    if (segment, size) == ("all", "all"):
        return phrase("compliance.whole")
    return phrase("compliance.bar", segment=label("segment", segment), size=label("size", size))


def _title(whole: Row) -> Bilingual:
    in_time = whole["in_time_ratio"]
    if in_time.value is None and in_time.lower_bound is None:
        return phrase("compliance.title_withheld" if in_time.is_withheld else "compliance.title_unknown")
    received = phrase(
        "compliance.received" if whole.value("paid_ratio") is not None else "compliance.received_withheld",
        **whole.cells,
    )
    return phrase("compliance.title", received=received, **whole.cells)
