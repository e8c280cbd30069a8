"""A small release drawn for tests: every table with a few rows, true or with chosen cells withheld, and what is stated of it.

Belongs here: drawing, withholding, and reading every stated figure back. Not: any expectation.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import polars as pl
import pytest
from markupsafe import Markup

from assets.release.disclosure.derived_figures import rank_shown_rows
from assets.release.disclosure.policy import load_policy
from assets.release.disclosure.primary_suppression import apply_suppression
from assets.release.findings.reader import ReleaseReader
from assets.release.report import charts
from assets.release.report.page import SECTIONS
from assets.release.report.section import Section
from assets.release.report.sections.headline import headline
from assets.release.report.sections.profile import profiles
from schemas import code_lists
from schemas.summaries import SUMMARIES
from schemas.summaries.activity import DORMANT
from schemas.tables import Field, Kind, Table

MONTHS = [date(2024, 10, 1), date(2024, 11, 1), date(2024, 12, 1)]
NOW = MONTHS[-1]
TABLES = {table.name: table for table in SUMMARIES}
READ_BY = {
    "map_": {"coverage"},
    "trend": {"coverage"},
    "targets": {"target_progress", "coverage"},
    "flows": {"flows"},
    "activity": {"activity"},
    "retention": {"retention"},
    "priorities": {"priorities"},
    "scorecard": {"regional_scorecard"},
    "enterprises": {"coverage_enterprise"},
    "compliance": {"compliance"},
    "kur": {"kur_linkage"},
    "vulnerable": {"vulnerable_workers"},
    "regional": {"regional_programmes"},
    "outreach": {"outreach"},
    "quality": {"data_quality"},
    "reconciliation": {"reconciliation"},
}
Frames = dict[str, pl.DataFrame]
Keys = list[dict[str, Any]]
_PROVINCES = ("31", "32", "33", "34")
_WORDS = {"availability": "available", "outlook": "open", "drift": "ok", "coverage_flag": "ok", "status": "failed"}


def keys() -> dict[str, Keys]:
    """The rows of each table."""
    whole = {"programme": "any", "sex": "all", "age_band": "all", "denominator_id": "potential"}
    nation = {"geography_basis": "home", "geography_level": "nation", "region_code": "ID"} | whole
    regions = [
        {"geography_basis": basis, "geography_level": "province", "region_code": code} | whole
        for basis in ("home", "work")
        for code in _PROVINCES
    ]
    groups = ("all", "formal", "informal")
    now = {"month": NOW}
    payers = ("all", "regional_government", "village_fund", "self")
    vulnerable = {"province_code": "ID", "vulnerable_basis": "all"}
    nationwide = now | {"province_code": "ID"}
    employers = {"size_basis": "all", "sector": "all"}
    sizes = ("all", "micro", "small", "large")
    cohorts = [
        (MONTHS[0], MONTHS[0]),
        (MONTHS[0], MONTHS[1]),
        (MONTHS[0], NOW),
        (MONTHS[1], MONTHS[1]),
        (MONTHS[1], NOW),
    ]
    volumes = ("rows_read", "rows_accepted", "rows_quarantined", "rows_collapsed")
    broken = [
        *(("volume", name) for name in volumes),
        ("fatal", "nik_digits"),
        ("convention", "wage_idr_present"),
        ("fatal", "start_date_readable"),
    ]
    return {
        "coverage": [{"month": month, "segment": group} | nation for month in MONTHS for group in groups]
        + [now | {"segment": group} | region for region in regions for group in groups],
        "flows": [nationwide | {"segment": name} for name in ("all", "PU", "JAKON", "BPU")]
        + [now | {"province_code": "31", "segment": "all"}]
        + [{"month": month, "province_code": "ID", "segment": "all"} for month in MONTHS[:-1]],
        "activity": [
            nationwide | {"segment": segment, "payer": payer, "channel": channel}
            for segment, payer, channel in (
                *((name, "all", "all") for name in ("all", "PU", "BPU")),
                *(("BPU", name, "all") for name in ("self", "village_fund")),
                *(("BPU", "all", name) for name in ("agent", "app")),
            )
        ]
        + [now | {"province_code": "31", "segment": "all", "payer": "all", "channel": "all"}],
        "kur_linkage": [nationwide | {"scheme": name} for name in ("all", "mikro", "kecil")]
        + [now | {"province_code": code, "scheme": "all"} for code in _PROVINCES[:2]],
        "vulnerable_workers": [{"month": month, "payer": payer} | vulnerable for month in MONTHS for payer in payers]
        + [nationwide | {"payer": "all", "vulnerable_basis": "farmer"}]
        + [now | {"province_code": "31", "payer": "all", "vulnerable_basis": "all"}],
        "regional_programmes": [now | {"region_level": "nation", "region_code": "ID"}]
        + [now | {"region_level": "province", "region_code": code} for code in _PROVINCES],
        "outreach": [
            nationwide | {"held_month": held, "segment": "BPU", "channel": channel, "months_observed": seen}
            for held, seen in ((date(2024, 9, 1), 3), (NOW, 0))
            for channel in ("all", "app", "webinar")
        ],
        "target_progress": [
            now
            | {
                "indicator": name,
                "region_code": "ID",
                "segment": "all",
                "denominator_id": over,
                "target_month": date(2025, 12, 1),
            }
            for name, over in (("coverage_ratio", "potential"), ("protected_persons", "none"))
        ],
        "retention": [
            {
                "month": month,
                "cohort_month": cohort,
                "segment": segment,
                "payer": payer,
                "months_since_entry": MONTHS.index(month) - MONTHS.index(cohort),
            }
            for cohort, month in cohorts
            for segment, payer in (("PU", "all"), ("JAKON", "all"), ("BPU", "all"), ("BPU", "self"))
        ],
        "compliance": [nationwide | {"segment": "all" if size == "all" else "PU", "size_class": size} for size in sizes]
        + [now | {"province_code": "31", "segment": "all", "size_class": "all"}],
        "coverage_enterprise": [nationwide | {"size_class": size} | employers for size in sizes]
        + [now | {"province_code": "31", "size_class": "all"} | employers],
        "priorities": [
            now | {"region_level": "province", "region_code": code, "segment": segment}
            for code in _PROVINCES
            for segment in ("informal", "formal")
        ]
        + [now | {"region_level": "regency", "region_code": "3201", "segment": "informal"}],
        "regional_scorecard": [now | {"region_level": "province", "region_code": code} for code in _PROVINCES]
        + [now | {"region_level": "regency", "region_code": "3201"}],
        "reconciliation": [
            now
            | {
                "figure_id": f"figure_{region}",
                "indicator": "protected_persons",
                "region_code": "ID",
                "segment": "all",
                "verdict": verdict,
            }
            for region, verdict in enumerate(("agrees", "agrees", "differs", "defect", "not_computed"))
        ],
        "data_quality": [
            now | {"extract": extract, "office_code": office, "rule": rule, "severity": severity}
            for extract in ("enrolments", "employers")
            for office in ("A", "B")
            for severity, rule in broken
        ],
    }


def true_frames(seed: int = 1) -> Frames:
    """Every table, nothing withheld: no count is small, wholes are the sums of their parts, ratios are of their counts."""
    chance = random.Random(seed)
    drawn = {name: [_row(TABLES[name], key, chance) for key in rows] for name, rows in keys().items()}
    for name, law in _WHOLES.items():
        _summed(drawn[name], TABLES[name], *law)
    for row in drawn["activity"]:
        row["dormant_persons"] = sum(row[name] for name in DORMANT)
        row["member_persons"] = row["protected_persons"] + row["dormant_persons"]
    for row in drawn["flows"]:
        came, went = (sum(row[name] for name in row if name in of) for of in (_CAME, _WENT))
        row["closing_persons"] = row["opening_persons"] + came - went
        row["change_ratio"] = row["closing_persons"] / row["opening_persons"] - 1
    for name, ratios in _RATIOS.items():
        for row in drawn[name]:
            row.update({ratio: row[part] / row[of] if row[of] else None for ratio, part, of in ratios})
    frames = {name: pl.DataFrame(rows, schema=TABLES[name].storage) for name, rows in drawn.items()}
    rank = pl.col("gap_persons").rank("ordinal", descending=True).over("region_level", "segment").cast(pl.Int64)
    frames["priorities"] = frames["priorities"].with_columns(rank.alias("priority_rank"))
    scores = {"coverage_rank": "coverage_ratio", "change_rank": "change_ratio"}
    frames["regional_scorecard"] = frames["regional_scorecard"].with_columns(
        pl.col(ratio).rank("ordinal", descending=True).over("region_level").cast(pl.Int64).alias(rank)
        for rank, ratio in scores.items()
    )
    return frames


_CAME = (
    "entered_persons",
    "re_entered_persons",
    "changed_segment_in_persons",
    "moved_in_persons",
    "restated_in_persons",
)
_WENT = (
    "became_unpaid_persons",
    "left_ended_persons",
    "left_absent_persons",
    "changed_segment_out_persons",
    "moved_out_persons",
    "restated_out_persons",
)
_WHOLES: dict[str, tuple[str, str]] = {
    "vulnerable_workers": ("payer", "all"),
    "compliance": ("size_class", "all"),
    "coverage_enterprise": ("size_class", "all"),
}
_RATIOS = {
    "coverage": [("coverage_ratio", "protected_persons", "denominator_persons")],
    "activity": [("active_ratio", "protected_persons", "member_persons")],
    "vulnerable_workers": [("coverage_ratio", "protected_persons", "potential_persons")],
    "regional_scorecard": [
        ("coverage_ratio", "protected_persons", "denominator_persons"),
        ("active_ratio", "protected_persons", "member_persons"),
        ("enrolled_ratio", "enrolled_employers", "employers"),
    ],
    "kur_linkage": [("protected_ratio", "protected_debtors", "debtors")],
    "compliance": [("in_time_ratio", "in_time_memberships", "due_memberships")],
    "coverage_enterprise": [("compliant_ratio", "compliant_employers", "enrolled_employers")],
}


def _row(table: Table, key: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    return {field.name: key[field.name] if field.name in key else _drawn(field, chance) for field in table.fields}


def _drawn(field: Field, chance: random.Random) -> Any:
    if field.name in _WORDS:
        return _WORDS[field.name]
    if field.kind is Kind.COUNT:
        return chance.randint(100, 9999)
    if field.kind in (Kind.NUMBER, Kind.PERCENT):
        return chance.uniform(0.1, 0.9)
    return chance.random() > 0.5 if field.kind is Kind.FLAG else None


def _summed(rows: list[dict[str, Any]], table: Table, column: str, total: str) -> None:
    """The national rows of the total are the sums of the parts, of every count."""
    counts = [field.name for field in table.fields if field.sensitive or field.name in table.constraints.amounts]
    for whole in (row for row in rows if row["province_code"] == "ID" and row[column] == total):
        same = [
            row
            for row in rows
            if row["province_code"] == "ID" and row[column] != total and row["month"] == whole["month"]
        ]
        if same and whole.get("vulnerable_basis", "all") == "all":
            whole.update({name: sum(row[name] for row in same) for name in counts})


def cells(name: str) -> list[tuple[int, str]]:
    """Every cell of the table that can be withheld: row and count."""
    table = TABLES[name]
    counts = [f.name for f in table.fields if (f.sensitive and not f.internal) or f.name in table.constraints.amounts]
    counts += table.constraints.derived
    if name == "coverage":  # the others are in no sentence, tile or chart
        counts = ["protected_persons"]
    return [(row, count) for row in range(len(keys()[name])) for count in counts]


def withheld(frames: Frames, chosen: Mapping[str, list[tuple[int, str]]]) -> Frames:
    """The tables as they would be released with these counts withheld, through the product's own emptying."""
    return {name: _released(frame, TABLES[name], chosen.get(name, [])) for name, frame in frames.items()}


def _released(frame: pl.DataFrame, table: Table, chosen: list[tuple[int, str]]) -> pl.DataFrame:
    hidden: dict[str, np.ndarray] = {}
    for row, count in chosen:
        hidden.setdefault(count, np.zeros(frame.height, dtype=bool))[row] = True
    reported = {name: np.zeros(frame.height, dtype=bool) for name in table.constraints.derived}
    return rank_shown_rows(apply_suppression(frame, table, reported | hidden, {}, {}, load_policy()))


def folder_of(frames: Frames, folder: Path) -> Path:
    """The written files of a report."""
    for part in ("parquet", "codes"):
        (folder / part).mkdir(exist_ok=True, parents=True)
    for name, frame in frames.items():
        frame.sort(TABLES[name].key).write_parquet(folder / "parquet" / f"{name}.parquet")
    for name in ("provinces", "regencies"):
        if not (folder / "codes" / f"{name}.csv").exists():
            listed = code_lists.codes(name)
            listed.filter(pl.col("code").str.head(2).is_in(_PROVINCES)).write_csv(folder / "codes" / f"{name}.csv")
    return folder


@dataclass
class Stated:
    """The content of a page: sentences by position, as markup; tables by name; the rows of charts by name."""

    sentences: dict[str, Markup] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    charts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def stated(source: ReleaseReader, changed: frozenset[str] = frozenset(TABLES)) -> Stated:
    """Every title, sentence, tile, table and chart of the page, in English; nothing is drawn.

    `changed`: the tables whose sections are asked.
    """
    found = Stated()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "_svg", _remembering(found))
        for make in SECTIONS:
            if changed & READ_BY.get(make.__name__, frozenset(TABLES)):
                _section(found, make(source))
        top = headline(source)
        message = {"title": top.title, "changed": top.changed, "target": top.target}
        for region, card in enumerate(top.cards):
            message |= {f"card {region}": card.figure, f"card {region} more": card.more}
        for profile in profiles(source):
            message[f"profile {profile.code}"] = profile.title
            found.tables[f"profile {profile.code}"] = profile.regencies
    for name, text in message.items():
        found.sentences[f"headline {name}"], found.plain[f"headline {name}"] = text.marked[1], text.to("en")
    return found


def _section(found: Stated, section: Section) -> None:
    texts = {"title": section.title, "lead": section.lead} | {f"note {n}": note for n, note in enumerate(section.notes)}
    texts |= {f"chart {n}": chart.alternative for n, chart in enumerate(section.charts)}
    for name, text in texts.items():
        found.sentences[f"{section.name} {name}"] = text.marked[1]
        found.plain[f"{section.name} {name}"] = text.to("en")
    found.tables |= {f"{section.name} {table.name}": table for table in section.tables}
    for panel in getattr(section, "panels", ()):
        found.tables[f"map {panel.basis} {panel.segment}"] = panel


def _remembering(found: Stated) -> Callable[..., Markup]:
    def remember(name: str, draw: charts.Draw, language: str, width: int, _: object) -> Markup:
        if (language, width) == ("en", charts.WIDE):
            with alt.utils.schemapi.debug_mode(False):
                found.charts[name] = list(_data(draw(language, width).to_dict(validate=False)))
        return Markup("")

    return remember


def _data(chart: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for rows in chart.get("datasets", {}).values():
        yield from rows
    if isinstance(chart.get("data"), dict):
        yield from chart["data"].get("values", [])
    for layer in chart.get("layer", []):
        yield from _data(layer)
