"""Activity: members who are not protected, and for how long, by segment, payer and channel of enrolment."""

from collections.abc import Mapping

from assets.release.findings.reader import Query, ReleaseReader, Value, plain_columns
from assets.release.report.bar_charts import Bar, bars
from assets.release.report.charts import ORANGE, draw_chart
from assets.release.report.language import label, phrase
from assets.release.report.section import Section, absent_section
from assets.release.report.tables import Column, Table, table
from schemas.summaries.activity import DORMANT

_FORMS = {
    "member_persons": "n",
    "active_ratio": "p1",
    "dormant_persons": "n",
    **dict.fromkeys(DORMANT, "n"),
    "re_entered_persons": "n",
}
_FIGURES = plain_columns(*_FORMS)
_SEGMENTS = "list_position(['all', 'formal', 'informal', 'PU', 'JAKON', 'BPU', 'PMI'], segment)"


def activity(reader: ReleaseReader) -> Section:
    """The nation's dormant members by duration; tables by segment, payer and channel."""
    missing = absent_section("activity", "activity", reader)
    if missing:
        return missing
    nation: Mapping[str, Value] = {"month": reader.month, "province_code": "ID"}
    tables = (
        _table(reader, "activity", "segment", "segment", nation, payer="all", channel="all"),
        _table(reader, "activity_payers", "payer", "payer", nation, segment="BPU", channel="all"),
        _table(reader, "activity_channels", "channel", "enrolment_channel", nation, segment="BPU", payer="all"),
    )
    whole = reader.row("activity", _FIGURES, **nation, segment="all", payer="all", channel="all")
    if any(whole.value(name) is None for name in ("member_persons", "dormant_persons", "active_ratio")):
        return Section("activity", phrase("activity.title_withheld"), phrase("activity.lead"), "activity", (), tables)
    title = phrase("activity.title", **whole.cells)
    shown = [Bar(phrase(f"activity.{name}"), whole[name]) for name in DORMANT]
    chart = draw_chart("activity", bars(shown, "n", colours=(ORANGE,)), phrase("activity.alt", finding=title))
    return Section("activity", title, phrase("activity.lead"), "activity", (chart,), tables)


def _table(
    reader: ReleaseReader, name: str, key: str, labels: str, nation: Mapping[str, Value], **fixed: Value
) -> Table:
    """The table of one key; the values of the others are fixed."""
    query = Query(
        "activity", {**nation, **fixed}, (key,), _FIGURES, order=_SEGMENTS if key == "segment" else f"{key} <> 'all'"
    )
    return table(
        reader,
        name,
        query,
        (
            Column(key, phrase(f"activity.{key}"), named=lambda code: label(labels, code)),
            *(Column(column, phrase(f"activity.{column}"), form) for column, form in _FORMS.items()),
        ),
    )
