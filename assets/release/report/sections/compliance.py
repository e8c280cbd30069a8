"""Contributions: what was due for the month, what was paid, and who paid in time."""

from assets.release.findings.employers import payments
from assets.release.findings.source import Ask, Row, Source
from assets.release.report.bar_charts import Bar, bars
from assets.release.report.charts import BLUE, ORANGE, picture
from assets.release.report.language import Both, label, say
from assets.release.report.section import Section, absent
from assets.release.report.tables import Column, table

_FORMS = {
    "due_memberships": "n", "in_time_ratio": "p1", "density_ratio": "p1", "paid_ratio": "p1", "arrears_memberships": "n",
    "due_idr": "mio", "paid_idr": "mio", "late_idr": "mio", "history_months": "n",
}  # fmt: skip
_FIGURES = {name: name for name in _FORMS}


def compliance(source: Source) -> Section:
    """Memberships paid in time, by segment and size."""
    missing = absent("compliance", "compliance", source)
    if missing:
        return missing
    order = "list_position(['all', 'PU', 'BPU'], segment), list_position(['all', 'micro', 'small', 'medium', 'large'], size_class)"
    ask = Ask("compliance", {"month": source.month, "province_code": "ID"}, ("segment", "size_class"), _FIGURES,
              also="size_class NOT IN ('none', 'unknown')", order=order)  # fmt: skip
    columns = (
        Column("segment", say("page.segment"), named=lambda code: label("segment", code)),
        Column("size_class", say("enterprises.size"), named=lambda code: label("size", code)),
        *(Column(name, say(f"compliance.{name}"), form) for name, form in _FORMS.items()),
    )
    made = table(source, "compliance", ask, columns)
    shown = [Bar(_named(row), row["in_time_ratio"], int(row.keys["segment"] == "BPU")) for row in made.rows]
    title = _title(payments(source))
    drawn = picture(
        "compliance", bars(shown, "p1", colours=(BLUE, ORANGE), until=1.0), say("compliance.alt", finding=title)
    )
    return Section("compliance", title, say("compliance.lead"), "compliance", (drawn,), (made,))


def _named(row: Row) -> Both:
    segment, size = row.keys["segment"], row.keys["size_class"]
    if (segment, size) == ("all", "all"):
        return say("compliance.whole")
    return say("compliance.bar", segment=label("segment", segment), size=label("size", size))


def _title(whole: Row) -> Both:
    in_time = whole["in_time_ratio"]
    if in_time.value is None and in_time.least is None:
        return say("compliance.title_withheld" if in_time.is_withheld else "compliance.title_unknown")
    received = say(
        "compliance.received" if whole.value("paid_ratio") is not None else "compliance.received_withheld",
        **whole.cells,
    )
    return say("compliance.title", received=received, **whole.cells)
