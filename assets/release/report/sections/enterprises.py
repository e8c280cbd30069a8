"""Enterprises: employers by size, and whether they hold the programmes that the law asks of their size."""

from assets.release.report.charts import picture
from assets.release.report.drawings import Bar, bars
from assets.release.report.language import label, say
from assets.release.report.section import Section, absent
from assets.release.report.source import Ask, Fixed, Source
from assets.release.report.tables import Column, table

_FIGURES = {
    name: name for name in
    ("employers", "workers_declared", "protected_workers", "worker_ratio", "enrolled_employers", "enrolled_ratio",
     "compliant_employers", "compliant_ratio", "kur_employers")
}  # fmt: skip
_FORMS = {name: "p1" if name.endswith("ratio") else "n" for name in _FIGURES}
ORDER = "list_position(['all', 'micro', 'small', 'medium', 'large', 'unknown'], size_class)"


def enterprises(source: Source) -> Section:
    """Compliance with programmes by size."""
    missing = absent("enterprises", "coverage_enterprise", source)
    if missing:
        return missing
    fixed: Fixed = {"month": source.month, "province_code": "ID", "size_basis": "all", "sector": "all"}
    ask = Ask("coverage_enterprise", fixed, ("size_class",), _FIGURES, order=ORDER)
    columns = (
        Column("size_class", say("enterprises.size"), named=lambda code: label("size", code)),
        *(
            Column(name, say(f"enterprises.{name}"), form, bar=float(name == "compliant_ratio"))
            for name, form in _FORMS.items()
        ),
    )
    made = table(source, "enterprises", ask, columns)
    shown = [Bar(label("size", row.keys["size_class"]), row["compliant_ratio"]) for row in made.rows]
    known = [row for row in made.rows if row.value("compliant_ratio") is not None and row.keys["size_class"] != "all"]
    title = say("enterprises.title_withheld")
    if known:
        least = min(known, key=lambda row: row.value("compliant_ratio"))
        whole = next(row for row in made.rows if row.keys["size_class"] == "all")
        title = say("enterprises.title", whole=whole["compliant_ratio"], employers=whole["enrolled_employers"],
                    size=label("size", least.keys["size_class"]), least=least["compliant_ratio"])  # fmt: skip
    alternative = say("enterprises.alt", finding=title)
    drawn = picture("enterprises", bars(shown, "p1", until=1.0), alternative)
    return Section("enterprises", title, say("enterprises.lead"), "coverage_enterprise", (drawn,), (made,))
