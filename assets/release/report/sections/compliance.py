"""Contributions: what was due for the month, what was paid, and who paid in time."""

from assets.release.report.charts import BLUE, ORANGE, picture
from assets.release.report.drawings import Bar, bars
from assets.release.report.language import label, say
from assets.release.report.section import Section, absent
from assets.release.report.source import Ask, Source
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
    whole = source.row("compliance", _FIGURES, month=source.month, province_code="ID", segment="all", size_class="all")
    shown = [Bar(say("compliance.bar", segment=label("segment", row.keys["segment"]), size=label("size", row.keys["size_class"])),
                 row["in_time_ratio"], int(row.keys["segment"] == "BPU")) for row in made.rows]  # fmt: skip
    title = say(
        "compliance.title" if whole.value("in_time_ratio") is not None else "compliance.title_short", **whole.cells
    )
    drawn = picture(
        "compliance", bars(shown, "p1", colours=(BLUE, ORANGE), until=1.0), say("compliance.alt", finding=title)
    )
    return Section("compliance", title, say("compliance.lead"), "compliance", (drawn,), (made,))
