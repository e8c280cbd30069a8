"""KUR: of the debtors of people's business credit how many are protected, and of those who must join how many have."""

from assets.release.findings.beneficiaries import debtors
from assets.release.findings.source import Ask, Source
from assets.release.report.bar_charts import Bar, bars
from assets.release.report.charts import picture
from assets.release.report.language import label, say
from assets.release.report.naming import province
from assets.release.report.section import Section, absent
from assets.release.report.sentences import debtors_covered, debtors_owed
from assets.release.report.tables import Column, table

_FORMS = {
    "contracts": "n", "link_ratio": "p1", "debtors": "n", "protected_debtors": "n", "protected_ratio": "p1",
    "obliged_debtors": "n", "obliged_bpu_debtors": "n", "owing_bpu_debtors": "n", "obligation_ratio": "p1",
}  # fmt: skip
_FIGURES = {name: name for name in _FORMS}


def kur(source: Source) -> Section:
    """Protection of debtors by scheme; the table also by province."""
    missing = absent("kur", "kur_linkage", source)
    if missing:
        return missing
    ask = Ask("kur_linkage", {"month": source.month, "province_code": "ID"}, ("scheme",), _FIGURES,
              order="list_position(['all', 'super_mikro', 'mikro', 'kecil', 'khusus', 'pmi'], scheme)")  # fmt: skip
    schemes = table(
        source, "kur", ask, _columns(Column("scheme", say("kur.scheme"), named=lambda code: label("scheme", code)))
    )
    placed = Ask(
        "kur_linkage",
        {"month": source.month, "scheme": "all"},
        ("province_code",),
        _FIGURES,
        also="province_code <> 'ID'",
    )
    where = Column("province_code", say("page.province"), named=lambda code: province(code, source))
    provinces = table(source, "kur_provinces", placed, _columns(where), "province_code")
    whole = debtors(source)
    title = say("kur.title", covered=debtors_covered(whole), owed=debtors_owed(whole))
    shown = [Bar(label("scheme", row.keys["scheme"]), row["protected_ratio"]) for row in schemes.rows]
    drawn = picture("kur", bars(shown, "p1"), say("kur.alt", finding=title))
    return Section("kur", title, say("kur.lead"), "kur_linkage", (drawn,), (schemes, provinces))


def _columns(key: Column) -> tuple[Column, ...]:
    return (key, *(Column(name, say(f"kur.{name}"), form) for name, form in _FORMS.items()))
