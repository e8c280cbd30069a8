"""Regional programmes: workers that regional budgets can pay for, compared with vulnerable workers who need it."""

from assets.release.findings.reader import Query, ReleaseReader, plain_columns
from assets.release.findings.regional import budgets
from assets.release.report.bar_charts import Bar, bars
from assets.release.report.charts import draw_chart
from assets.release.report.language import label, phrase
from assets.release.report.naming import province
from assets.release.report.section import Section, absent_section
from assets.release.report.tables import Column, table

_FIGURES = plain_columns(
    "adequacy_ratio",
    "budget_idr",
    "affordable_workers",
    "paid_workers",
    "execution_ratio",
    "need_persons",
    "regions_with_regulation",
    "has_perda",
    "has_perkada",
)
_FORMS = {"budget_idr": "mio", "adequacy_ratio": "p1", "execution_ratio": "p1"}


def regional(reader: ReleaseReader) -> Section:
    """Adequacy by province, lowest first."""
    missing = absent_section("regional", "regional_programmes", reader)
    if missing:
        return missing
    query = Query(
        "regional_programmes",
        {"month": reader.month, "region_level": "province"},
        ("region_code",),
        _FIGURES,
        order="adequacy_ratio NULLS LAST",
    )
    columns = [Column("region_code", phrase("page.province"), named=lambda code: province(code, reader))]
    for name in _FIGURES:
        if name.startswith("has_"):
            columns.append(
                Column(name, phrase(f"regional.{name}"), "w", named=lambda value: label("flag", str(value).lower()))
            )
        else:
            columns.append(
                Column(name, phrase(f"regional.{name}"), _FORMS.get(name, "n"), bar=float(name == "adequacy_ratio"))
            )
    result_table = table(reader, "regional", query, tuple(columns), "region_code")
    nation = budgets(reader)
    known = all(nation.value(name) is not None for name in ("adequacy_ratio", "affordable_workers", "needed"))
    lost = nation["adequacy_ratio"].is_withheld or nation["needed"].is_withheld
    title = phrase(f"regional.{'title' if known else 'title_withheld' if lost else 'title_short'}", **nation.cells)
    shown = [Bar(province(row.keys["region_code"], reader), row["adequacy_ratio"]) for row in result_table.rows]
    if not shown:
        return Section("regional", title, phrase("regional.lead"), "regional_programmes")
    least = {"first": shown[0].name, "least": shown[0].cell}
    alternative = phrase(
        "regional.alt" if shown[0].cell.value is not None else "regional.alt_bare", finding=title, **least
    )
    chart = draw_chart("regional", bars(shown, "p1"), alternative)
    return Section("regional", title, phrase("regional.lead"), "regional_programmes", (chart,), (result_table,))
