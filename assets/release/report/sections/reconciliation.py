"""Reconciliation: our figures beside published ones, and published ones that contradict themselves."""

from assets.release.findings.deliveries import verdicts
from assets.release.findings.source import Ask, Source
from assets.release.report.language import both, label, say
from assets.release.report.naming import province
from assets.release.report.section import Section
from assets.release.report.tables import Column, table

_FIGURES = {name: name for name in ("published_value", "our_value", "difference", "tolerance", "verdict")}


def reconciliation(source: Source) -> Section:
    """Every published figure of the months of the release up to the reference month."""
    also = f"month <= DATE '{source.month}'"
    ask = Ask(
        "reconciliation",
        {},
        ("month", "figure_id", "indicator", "region_code", "segment"),
        _FIGURES,
        also=also,
        order="month DESC",
    )
    columns = (
        Column("month", say("page.month")), Column("figure_id", say("reconciliation.figure")),
        Column("region_code", say("reconciliation.region"), named=lambda code: province(code, source)),
        *(Column(name, say(f"reconciliation.{name}"), "g") for name in list(_FIGURES)[:-1]),
        Column("verdict", say("reconciliation.verdict"), "w", named=lambda code: label("verdict", code)),
    )  # fmt: skip
    made = table(source, "reconciliation", ask, columns)
    if not made.rows:
        return Section("reconciliation", say("reconciliation.title_none"), say("reconciliation.lead"), "reconciliation")
    told = verdicts(source)
    some = "rest_withheld" if told.value("withheld") else "rest" if told.value("not_computed") else ""
    rest = say(f"reconciliation.{some}", **told.cells) if some else both("", "")
    title = say("reconciliation.title", rest=rest, **told.cells)
    return Section(
        "reconciliation",
        title,
        say("reconciliation.lead"),
        "reconciliation",
        (),
        (made,),
        (say("reconciliation.note"),),
    )
