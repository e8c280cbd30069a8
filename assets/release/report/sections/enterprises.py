"""Enterprises: employers by size, and whether they hold the programmes that the law asks of their size."""

from assets.release.findings.employers import programmes
from assets.release.findings.source import Ask, Fixed, Source
from assets.release.report.bar_charts import Bar, bars
from assets.release.report.charts import picture
from assets.release.report.language import Both, label, say
from assets.release.report.section import Section, absent
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
    title = _title(source)
    alternative = say("enterprises.alt", finding=title)
    drawn = picture("enterprises", bars(shown, "p1", until=1.0), alternative)
    return Section("enterprises", title, say("enterprises.lead"), "coverage_enterprise", (drawn,), (made,))


def _title(source: Source) -> Both:
    found = programmes(source)
    whole = found.whole["compliant_ratio"]
    if found.least is None:
        return say(
            "enterprises.title_withheld" if whole.is_withheld or not found.is_whole else "enterprises.title_unknown"
        )
    told = {"size": label("size", found.least.keys["size_class"]), "least": found.least["compliant_ratio"]}
    known = whole.value is not None or whole.least is not None
    if not known or found.whole.value("enrolled_employers") is None:
        return say("enterprises.title_sizes", **told)
    form = "title" if found.is_whole else "title_shown"
    return say(f"enterprises.{form}", whole=whole, employers=found.whole["enrolled_employers"], **told)
