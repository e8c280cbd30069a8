"""Regional programmes: what the budgets of regions can pay for, against the vulnerable workers who need it."""

from assets.release.findings.regional import budgets
from assets.release.findings.source import Ask, Source
from assets.release.report.bar_charts import Bar, bars
from assets.release.report.charts import picture
from assets.release.report.language import label, say
from assets.release.report.naming import province
from assets.release.report.section import Section, absent
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
    nation = budgets(source)
    known = all(nation.value(name) is not None for name in ("adequacy_ratio", "affordable_workers", "needed"))
    lost = nation["adequacy_ratio"].is_withheld or nation["needed"].is_withheld
    title = say(f"regional.{'title' if known else 'title_withheld' if lost else 'title_short'}", **nation.cells)
    shown = [Bar(province(row.keys["region_code"], source), row["adequacy_ratio"]) for row in made.rows]
    if not shown:
        return Section("regional", title, say("regional.lead"), "regional_programmes")
    least = {"first": shown[0].name, "least": shown[0].cell}
    alternative = say(
        "regional.alt" if shown[0].cell.value is not None else "regional.alt_bare", finding=title, **least
    )
    drawn = picture("regional", bars(shown, "p1"), alternative)
    return Section("regional", title, say("regional.lead"), "regional_programmes", (drawn,), (made,))
