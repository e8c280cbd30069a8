"""A province by itself: its own figures beside the nation's, its history, and its regencies with most to reach.

Belongs here: which figures a governor's office sees. Each is a figure of a released table, as everywhere on the page.
"""

from dataclasses import dataclass

from markupsafe import Markup

from assets.release.findings.coverage import NATION
from assets.release.findings.reader import Cell, Query, ReleaseReader, Row, Value, equals
from assets.release.report.language import Bilingual, bilingual, phrase
from assets.release.report.naming import province
from assets.release.report.tables import Column, Table, figure_cell, table

_WIDTH, _HEIGHT = 180, 44
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


@dataclass(frozen=True)
class Group:
    """Figures of one question: where they come from, what they share, and the name and both cells of each."""

    topic: Bilingual
    origin: str
    where: str
    lines: tuple[tuple[Bilingual, Markup, Markup], ...]


@dataclass(frozen=True)
class Profile:
    """Everything of one province."""

    code: str
    name: Bilingual
    title: Bilingual
    history: Markup
    groups: tuple[Group, ...]
    regencies: Table


@dataclass(frozen=True)
class _Asked:
    """A question of a profile: its topic, table, what is fixed, the column of the region, and the measures."""

    topic: str
    origin: str
    fixed: dict[str, Value]
    measures: Measures
    region: str = "province_code"
    level: str = ""

    def place(self, code: str) -> dict[str, Value]:
        """The columns that single out a province, or the nation."""
        levels: dict[str, Value] = {self.level: "nation" if code == "ID" else "province"} if self.level else {}
        return {**levels, self.region: code}


def profiles(reader: ReleaseReader) -> tuple[Profile, ...]:
    """The profile of each province, in the order of their codes."""
    asked = _asked()
    nation = [_answer(reader, question, "ID") for question in asked]
    return tuple(_profile(reader, code, asked, nation) for code in reader.names["provinces"])


def _asked() -> list[_Asked]:
    whole = {name: value for name, value in NATION.items() if name not in {"geography_level", "region_code"}}
    covered = [
        _Asked(
            f"profile.{segment}",
            "coverage",
            {**whole, "segment": segment, "denominator_id": "potential"},
            measures,
            "region_code",
            "geography_level",
        )
        for segment, measures in (("all", _COVERAGE), ("formal", _ONE), ("informal", _ONE))
    ]
    others = [_Asked(f"{name}.topic", origin, dict(fixed), measures) for name, origin, fixed, measures in _TABLES]
    return [
        *covered,
        *others,
        _Asked("regional.topic", "regional_programmes", {}, _REGIONAL, "region_code", "region_level"),
    ]


def _answer(reader: ReleaseReader, asked: _Asked, code: str) -> Row:
    figures = {name: text for name, text, _ in asked.measures}
    return reader.row(asked.origin, figures, month=reader.month, **asked.fixed, **asked.place(code))


def _profile(reader: ReleaseReader, code: str, asked: list[_Asked], nation: list[Row]) -> Profile:
    own = [_answer(reader, question, code) for question in asked]
    groups = tuple(_group(reader, *known, code) for known in zip(asked, own, nation, strict=True))
    ratio = own[0]["ratio"]
    form = "title" if ratio.value is not None else "title_withheld" if ratio.is_withheld else "title_unknown"
    title = phrase(
        f"profile.{form}",
        name=province(code, reader),
        ratio=ratio,
        nation=phrase("profile.nation", nation=nation[0]["ratio"]),
    )
    return Profile(code, province(code, reader), title, _history(reader, code), groups, _regencies(reader, code))


def _group(reader: ReleaseReader, asked: _Asked, own: Row, nation: Row, code: str) -> Group:
    lines = tuple(
        (
            phrase(f"profile.{name}"),
            figure_cell(own[name], form, where=equals(asked.place(code)), kind=" own"),
            figure_cell(nation[name], form, where=equals(asked.place("ID")), kind=" soft"),
        )
        for name, _, form in asked.measures
    )
    return Group(phrase(asked.topic), asked.origin, equals({"month": reader.month, **asked.fixed}), lines)


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


def _history(reader: ReleaseReader, code: str) -> Markup:
    """A line of the months without axes; its ends are said in words."""
    fixed = equals(
        {**NATION, "geography_level": "province", "region_code": code, "segment": "all", "denominator_id": "potential"}
    )
    seen = reader.list(
        f"SELECT month, coverage_ratio FROM coverage WHERE {fixed} AND coverage_ratio IS NOT NULL ORDER BY month"
    )
    if len(seen) < 2:
        return Markup("")
    low, high = min(value for _, value in seen), max(value for _, value in seen)
    spread = (high - low) or 1
    step = (_WIDTH - 8) / (len(seen) - 1)
    places = [
        (4 + place * step, _HEIGHT - 6 - (value - low) / spread * (_HEIGHT - 12))
        for place, (_, value) in enumerate(seen)
    ]
    (first, was), (last, now) = seen[0], seen[-1]
    ends = {"was": (first, was), "now": (last, now)}
    cells = {
        name: Cell(value, "coverage", "coverage_ratio", f"{fixed} AND {equals({'month': month})}")
        for name, (month, value) in ends.items()
    }
    words = phrase("profile.history", first=first, last=last, **cells)
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return Markup(
        '<p class="history"><svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" aria-hidden="true"><polyline points="{line}"/>'
        '<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/></svg><span>{words}</span></p>'
    ).format(w=_WIDTH, h=_HEIGHT, line=line, x=places[-1][0], y=places[-1][1], words=words)
