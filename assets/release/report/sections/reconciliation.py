"""Reconciliation: our figures compared with published ones, and published figures that contradict themselves."""

from assets.release.findings.deliveries import verdicts
from assets.release.findings.reader import Query, ReleaseReader, plain_columns
from assets.release.report.language import bilingual, label, phrase
from assets.release.report.naming import province
from assets.release.report.section import Section
from assets.release.report.tables import Column, table

_FIGURES = plain_columns("published_value", "our_value", "difference", "tolerance", "verdict")


def reconciliation(reader: ReleaseReader) -> Section:
    """Every published figure of the months of the release up to the reference month."""
    also = f"month <= DATE '{reader.month}'"
    query = Query(
        "reconciliation",
        {},
        ("month", "figure_id", "indicator", "region_code", "segment"),
        _FIGURES,
        condition=also,
        order="month DESC",
    )
    columns = (
        Column("month", phrase("page.month")),
        Column("figure_id", phrase("reconciliation.figure")),
        Column("region_code", phrase("reconciliation.region"), named=lambda code: province(code, reader)),
        *(Column(name, phrase(f"reconciliation.{name}"), "g") for name in list(_FIGURES)[:-1]),
        Column("verdict", phrase("reconciliation.verdict"), "w", named=lambda code: label("verdict", code)),
    )
    result_table = table(reader, "reconciliation", query, columns)
    if not result_table.rows:
        return Section(
            "reconciliation", phrase("reconciliation.title_none"), phrase("reconciliation.lead"), "reconciliation"
        )
    totals = verdicts(reader)
    form = "rest_withheld" if totals.value("withheld") else "rest" if totals.value("not_computed") else ""
    rest = phrase(f"reconciliation.{form}", **totals.cells) if form else bilingual("", "")
    title = phrase("reconciliation.title", rest=rest, **totals.cells)
    return Section(
        "reconciliation",
        title,
        phrase("reconciliation.lead"),
        "reconciliation",
        (),
        (result_table,),
        (phrase("reconciliation.note"),),
    )
