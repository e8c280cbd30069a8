"""KUR: protected debtors of people's business credit, and enrolled debtors among those who must enrol."""

from assets.release.findings.beneficiaries import debtors
from assets.release.findings.reader import Query, ReleaseReader
from assets.release.report.bar_charts import Bar, bars
from assets.release.report.charts import draw_chart
from assets.release.report.language import label, phrase
from assets.release.report.naming import province
from assets.release.report.section import Section, absent_section
from assets.release.report.sentences import debtors_covered, debtors_owed
from assets.release.report.tables import Column, table

_FORMS = {
    "contracts": "n",
    "link_ratio": "p1",
    "debtors": "n",
    "protected_debtors": "n",
    "protected_ratio": "p1",
    "obliged_debtors": "n",
    "obliged_bpu_debtors": "n",
    "owing_bpu_debtors": "n",
    "obligation_ratio": "p1",
}
_FIGURES = {name: name for name in _FORMS}


def kur(reader: ReleaseReader) -> Section:
    """Protection of debtors by scheme; the table also by province."""
    missing = absent_section("kur", "kur_linkage", reader)
    if missing:
        return missing
    query = Query(
        "kur_linkage",
        {"month": reader.month, "province_code": "ID"},
        ("scheme",),
        _FIGURES,
        order="list_position(['all', 'super_mikro', 'mikro', 'kecil', 'khusus', 'pmi'], scheme)",
    )
    schemes = table(
        reader, "kur", query, _columns(Column("scheme", phrase("kur.scheme"), named=lambda code: label("scheme", code)))
    )
    placed = Query(
        "kur_linkage",
        {"month": reader.month, "scheme": "all"},
        ("province_code",),
        _FIGURES,
        condition="province_code <> 'ID'",
    )
    where = Column("province_code", phrase("page.province"), named=lambda code: province(code, reader))
    provinces = table(reader, "kur_provinces", placed, _columns(where), "province_code")
    whole = debtors(reader)
    title = phrase("kur.title", covered=debtors_covered(whole), owed=debtors_owed(whole))
    shown = [Bar(label("scheme", row.keys["scheme"]), row["protected_ratio"]) for row in schemes.rows]
    chart = draw_chart("kur", bars(shown, "p1"), phrase("kur.alt", finding=title))
    return Section("kur", title, phrase("kur.lead"), "kur_linkage", (chart,), (schemes, provinces))


def _columns(key: Column) -> tuple[Column, ...]:
    return (key, *(Column(name, phrase(f"kur.{name}"), form) for name, form in _FORMS.items()))
