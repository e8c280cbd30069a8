"""Regional programmes: what the budgets of regions can pay for, against the vulnerable workers who need it."""

from assets.release.report.charts import picture
from assets.release.report.drawings import Bar, bars
from assets.release.report.language import label, say
from assets.release.report.section import Section, absent, province
from assets.release.report.source import Ask, Source
from assets.release.report.tables import Column, table

_FIGURES = {
    name: name for name in
    ("adequacy_ratio", "budget_idr", "affordable_workers", "paid_workers", "execution_ratio", "need_persons",
     "regions_with_regulation", "has_perda", "has_perkada")
}  # fmt: skip
_FORMS = {"budget_idr": "mio", "adequacy_ratio": "p1", "execution_ratio": "p1"}


def regional(source: Source) -> Section:
    """Adequacy by province, lowest first."""
    missing = absent("regional", "regional_programmes", source)
    if missing:
        return missing
    ask = Ask("regional_programmes", {"month": source.month, "region_level": "province"}, ("region_code",), _FIGURES,
              order="adequacy_ratio NULLS LAST")  # fmt: skip
    columns = [Column("region_code", say("page.province"), named=lambda code: province(code, source))]
    for name in _FIGURES:
        if name.startswith("has_"):
            columns.append(
                Column(name, say(f"regional.{name}"), "w", named=lambda value: label("flag", str(value).lower()))
            )
        else:
            columns.append(
                Column(name, say(f"regional.{name}"), _FORMS.get(name, "n"), bar=float(name == "adequacy_ratio"))
            )
    made = table(source, "regional", ask, tuple(columns), "region_code")
    nation = source.row(
        "regional_programmes",
        {**_FIGURES, "needed": "need_persons + paid_workers"},
        month=source.month,
        region_level="nation",
        region_code="ID",
    )
    key = "regional.title" if nation.value("adequacy_ratio") is not None else "regional.title_short"
    title = say(key, **nation.cells)
    shown = [Bar(province(row.keys["region_code"], source), row["adequacy_ratio"]) for row in made.rows]
    if not shown:
        return Section("regional", title, say("regional.lead"), "regional_programmes")
    alternative = say("regional.alt", finding=title, first=shown[0].name, least=shown[0].cell)
    drawn = picture("regional", bars(shown, "p1"), alternative)
    return Section("regional", title, say("regional.lead"), "regional_programmes", (drawn,), (made,))
