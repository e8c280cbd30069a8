"""Enterprises: employers by size, and their compliance with the programmes that the law requires for it."""

from assets.release.findings.employers import programmes
from assets.release.findings.reader import Fixed, Query, ReleaseReader, plain_columns
from assets.release.report.bar_charts import Bar, bars
from assets.release.report.charts import draw_chart
from assets.release.report.language import Bilingual, label, phrase
from assets.release.report.section import Section, absent_section
from assets.release.report.tables import Column, table

_FIGURES = plain_columns(
    "employers",
    "workers_declared",
    "protected_workers",
    "worker_ratio",
    "enrolled_employers",
    "enrolled_ratio",
    "compliant_employers",
    "compliant_ratio",
    "kur_employers",
)
_FORMS = {name: "p1" if name.endswith("ratio") else "n" for name in _FIGURES}
ORDER = "list_position(['all', 'micro', 'small', 'medium', 'large', 'unknown'], size_class)"


def enterprises(reader: ReleaseReader) -> Section:
    """Compliance with programmes by size."""
    missing = absent_section("enterprises", "coverage_enterprise", reader)
    if missing:
        return missing
    fixed: Fixed = {"month": reader.month, "province_code": "ID", "size_basis": "all", "sector": "all"}
    query = Query("coverage_enterprise", fixed, ("size_class",), _FIGURES, order=ORDER)
    columns = (
        Column("size_class", phrase("enterprises.size"), named=lambda code: label("size", code)),
        *(
            Column(name, phrase(f"enterprises.{name}"), form, bar=float(name == "compliant_ratio"))
            for name, form in _FORMS.items()
        ),
    )
    result_table = table(reader, "enterprises", query, columns)
    shown = [Bar(label("size", row.keys["size_class"]), row["compliant_ratio"]) for row in result_table.rows]
    title = _title(reader)
    alternative = phrase("enterprises.alt", finding=title)
    chart = draw_chart("enterprises", bars(shown, "p1", until=1.0), alternative)
    return Section("enterprises", title, phrase("enterprises.lead"), "coverage_enterprise", (chart,), (result_table,))


def _title(reader: ReleaseReader) -> Bilingual:
    found = programmes(reader)
    whole = found.whole["compliant_ratio"]
    if found.lowest is None:
        return phrase(
            "enterprises.title_withheld" if whole.is_withheld or not found.is_whole else "enterprises.title_unknown"
        )
    figures = {"size": label("size", found.lowest.keys["size_class"]), "least": found.lowest["compliant_ratio"]}
    known = whole.value is not None or whole.lower_bound is not None
    if not known or found.whole.value("enrolled_employers") is None:
        return phrase("enterprises.title_sizes", **figures)
    form = "title" if found.is_whole else "title_shown"
    return phrase(f"enterprises.{form}", whole=whole, employers=found.whole["enrolled_employers"], **figures)
