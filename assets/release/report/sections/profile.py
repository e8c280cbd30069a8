"""The profile of a province: its figures beside those of the nation, its history, and its regencies with the largest gaps.

Belongs here: which figures a governor's office sees. Each is a figure of a released table, as everywhere on the page.
"""

from dataclasses import dataclass

from markupsafe import Markup

from assets.release.findings.coverage import NATION
from assets.release.findings.reader import Query, ReleaseReader, Row, Value, equals
from assets.release.report.charts import Chart
from assets.release.report.language import Bilingual, bilingual, phrase
from assets.release.report.naming import province
from assets.release.report.sections.profile_charts import (
    Histories,
    histories,
    history_chart,
    history_sentence,
    measures_chart,
)
from assets.release.report.small_charts import Measure
from assets.release.report.tables import Column, Table, figure_cell, table

Measures = tuple[tuple[str, str, str], ...]  # name of the text, expression, form

_COVERAGE: Measures = (
    ("ratio", "coverage_ratio", "p1"),
    ("low", "ratio_low", "p1"),
    ("high", "ratio_high", "p1"),
    ("protected", "protected_persons", "n"),
    ("gap", "gap_persons", "n"),
)
_ONE: Measures = (("ratio", "coverage_ratio", "p1"), ("gap", "gap_persons", "n"))
_TABLES: tuple[tuple[str, str, dict[str, str], Measures], ...] = (
    (
        "vulnerable",
        "vulnerable_workers",
        {"payer": "all", "vulnerable_basis": "all"},
        (
            ("ratio", "coverage_ratio", "p1"),
            ("vulnerable_protected", "protected_persons", "n"),
            ("vulnerable_gap", "gap_persons", "n"),
            ("lost", "became_unpaid_persons + left_persons", "n"),
        ),
    ),
    (
        "kur",
        "kur_linkage",
        {"scheme": "all"},
        (("debtors", "debtors", "n"), ("debtors_ratio", "protected_ratio", "p1"), ("owing", "owing_bpu_debtors", "n")),
    ),
    (
        "enterprises",
        "coverage_enterprise",
        {"size_class": "all", "size_basis": "all", "sector": "all"},
        (("employers", "employers", "n"), ("compliant", "compliant_ratio", "p1")),
    ),
    (
        "flows",
        "flows",
        {"segment": "all"},
        (
            ("came", "entered_persons + re_entered_persons", "n"),
            ("lapsed", "became_unpaid_persons", "n"),
            ("left", "left_ended_persons + left_absent_persons", "n"),
            ("change", "change_ratio", "sp1"),
        ),
    ),
    (
        "compliance",
        "compliance",
        {"segment": "all", "size_class": "all"},
        (("in_time", "in_time_ratio", "p1"), ("arrears", "arrears_memberships", "n")),
    ),
)
_REGIONAL: Measures = (
    ("budget", "budget_idr", "mio"),
    ("affordable", "affordable_workers", "n"),
    ("paid", "paid_workers", "n"),
    ("need", "need_persons", "n"),
    ("adequacy", "adequacy_ratio", "p1"),
)

_BARS = {  # question → its ratio in the chart
    "all": "ratio",
    "formal": "ratio",
    "informal": "ratio",
    "vulnerable": "ratio",
    "kur": "debtors_ratio",
    "enterprises": "compliant",
    "compliance": "in_time",
}


@dataclass(frozen=True)
class Group:
    """Figures of one question: their table and condition, and for each its name and both cells."""

    topic: Bilingual
    origin: str
    where: str
    lines: tuple[tuple[Bilingual, Markup, Markup], ...]


@dataclass(frozen=True)
class Profile:
    """The profile of one province."""

    code: str
    name: Bilingual
    title: Bilingual
    history: Bilingual | None
    charts: tuple[Chart, ...]
    groups: tuple[Group, ...]
    regencies: Table


@dataclass(frozen=True)
class _Question:
    """A question of a profile: its topic, table, fixed values, the column of the region, and the measures."""

    topic: str
    origin: str
    fixed: dict[str, Value]
    measures: Measures
    region: str = "province_code"
    level: str = ""

    def region_keys(self, code: str) -> dict[str, Value]:
        """The columns that select a province, or the nation."""
        levels: dict[str, Value] = {self.level: "nation" if code == "ID" else "province"} if self.level else {}
        return {**levels, self.region: code}


def profiles(reader: ReleaseReader) -> tuple[Profile, ...]:
    """The profile of each province, in the order of their codes."""
    questions, codes = _questions(), list(reader.names["provinces"])
    nation = [_answers(reader, question, ["ID"])["ID"] for question in questions]
    answers = [_answers(reader, question, codes) for question in questions]
    past = histories(reader)
    return tuple(
        _profile(reader, code, questions, [answer[code] for answer in answers], nation, past) for code in codes
    )


def _questions() -> list[_Question]:
    whole = {name: value for name, value in NATION.items() if name not in {"geography_level", "region_code"}}
    covered = [
        _Question(
            f"profile.{segment}",
            "coverage",
            {**whole, "segment": segment, "denominator_id": "potential"},
            measures,
            "region_code",
            "geography_level",
        )
        for segment, measures in (("all", _COVERAGE), ("formal", _ONE), ("informal", _ONE))
    ]
    others = [_Question(f"{name}.topic", origin, dict(fixed), measures) for name, origin, fixed, measures in _TABLES]
    return [
        *covered,
        *others,
        _Question("regional.topic", "regional_programmes", {}, _REGIONAL, "region_code", "region_level"),
    ]


def _answers(reader: ReleaseReader, question: _Question, codes: list[str]) -> dict[str, Row]:
    """Code → answer; the codes are provinces, or the nation alone."""
    figures = {name: text for name, text, _ in question.measures}
    fixed = {"month": reader.month, **question.fixed, **question.region_keys(codes[0])}
    fixed.pop(question.region)
    return reader.rows_by(question.origin, figures, question.region, codes, **fixed)


def _profile(
    reader: ReleaseReader, code: str, questions: list[_Question], own: list[Row], nation: list[Row], past: Histories
) -> Profile:
    groups = tuple(_group(reader, *known, code) for known in zip(questions, own, nation, strict=True))
    ratio = own[0]["ratio"]
    form = "title" if ratio.value is not None else "title_withheld" if ratio.is_withheld else "title_unknown"
    title = phrase(
        f"profile.{form}",
        name=province(code, reader),
        ratio=ratio,
        nation=phrase("profile.nation", nation=nation[0]["ratio"]),
    )
    name = province(code, reader)
    compared = _compared(questions, own, nation)
    charts = (history_chart(past, code, name), measures_chart(compared, code, name, title))
    drawn = tuple(chart for chart in charts if chart)
    return Profile(code, name, title, history_sentence(past, code), drawn, groups, _regencies(reader, code))


def _compared(questions: list[_Question], own: list[Row], nation: list[Row]) -> list[Measure]:
    """The ratios of the chart, with those of the nation."""
    found = []
    for question, here, whole in zip(questions, own, nation, strict=True):
        name = question.topic.removeprefix("profile.").removesuffix(".topic")
        if figure := _BARS.get(name):
            found.append(Measure(phrase(f"profile.{name}_bar"), here[figure], whole[figure]))
    return found


def _group(reader: ReleaseReader, question: _Question, own: Row, nation: Row, code: str) -> Group:
    lines = tuple(
        (
            phrase(f"profile.{name}"),
            figure_cell(own[name], form, where=equals(question.region_keys(code)), kind=" own"),
            figure_cell(nation[name], form, where=equals(question.region_keys("ID")), kind=" soft"),
        )
        for name, _, form in question.measures
    )
    return Group(phrase(question.topic), question.origin, equals({"month": reader.month, **question.fixed}), lines)


def _regencies(reader: ReleaseReader, code: str) -> Table:
    query = Query(
        "priorities",
        {"month": reader.month, "region_level": "regency", "segment": "informal"},
        ("region_code",),
        {"gap": "gap_persons", "ratio": "coverage_ratio", "protected": "protected_persons"},
        condition=f"region_code LIKE '{code}%'",
        order="priority_rank",
        limit=5,
    )
    names = reader.names["regencies"]
    key = Column(
        "region_code",
        phrase("profile.regency"),
        named=lambda found: bilingual(names.get(found, found), names.get(found, found)),
    )
    columns = (
        key,
        Column("gap", phrase("page.gap"), "n"),
        Column("ratio", phrase("page.coverage"), "p1"),
        Column("protected", phrase("page.protected"), "n"),
    )
    return table(reader, "profile", query, columns)
