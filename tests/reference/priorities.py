"""The table `priorities`, computed independently, from rows of the tables that it reads. Source: docs/questions.md (priorities), its fields."""

from datetime import date

from tests.reference.codes import SEGMENT_CLASS, province, ratio
from tests.reference.coverage import coverage
from tests.reference.enterprises import coverage_enterprise
from tests.reference.kur import kur_linkage
from tests.reference.outreach import held_activities
from tests.reference.regional import regional_programmes
from tests.reference.rows import Nation, Row, index, shift

OUTREACH_MONTHS = 3
WHOLE = {"geography_basis": "home", "programme": "any", "sex": "all", "age_band": "all", "denominator_id": "potential"}


def is_so(row: Row, **wanted: object) -> bool:
    return all(row[name] == value for name, value in wanted.items())


def priorities(nation: Nation, month: date) -> list[Row]:
    national = [row for row in coverage(nation, month) if is_so(row, **WHOLE)]
    gaps = [
        row for row in national
        if row["geography_level"] in ("province", "regency") and row["segment"] in ("formal", "informal")
        and row["region_code"] not in ("00", "0000") and row["denominator_persons"] and row["gap_persons"] > 0
    ]  # fmt: skip
    potential = next(
        (r["denominator_persons"] for r in national if is_so(r, geography_level="nation", segment="all")), None
    )
    regional, debtors, employers = (
        table(nation, month) for table in (regional_programmes, kur_linkage, coverage_enterprise)
    )
    rows = []
    for row in gaps:
        level, code, segment = (str(row[name]) for name in ("geography_level", "region_code", "segment"))
        rivals = [
            (-r["gap_persons"], r["region_code"]) for r in gaps if is_so(r, geography_level=level, segment=segment)
        ]
        budget = _one(regional, region_level=level, region_code=code) if segment == "informal" else None
        rows.append({
            "month": month, "region_level": level, "region_code": code, "segment": segment,
            "priority_rank": sorted(rivals).index((-row["gap_persons"], code)) + 1,
            **{name: row[name] for name in ("protected_persons", "denominator_persons", "coverage_ratio", "gap_persons")},
            "national_effect": ratio(row["gap_persons"], potential),
            "budget_idr": budget["budget_idr"] if budget else None,
            "affordable_workers": budget["affordable_workers"] if budget else None,
            **_pair(debtors, ("debtors", "protected_debtors"), (level, code, segment) == ("province", code, "informal"), code),
            **_pair(employers, ("employers", "enrolled_employers"), (level, code, segment) == ("province", code, "formal"), code),
            "outreach_activities": _activities(nation, month, code, segment),
        })  # fmt: skip
    return rows


def _one(rows: list[Row] | None, **wanted: object) -> Row | None:
    return next((row for row in rows or [] if is_so(row, **wanted)), None)


def _pair(rows: list[Row] | None, counts: tuple[str, str], is_shown: bool, code: str) -> Row:
    """Those without and those with; zero where the table was delivered and names nothing, empty where it was not."""
    whole = {name: "all" for name in ("scheme", "size_class", "size_basis", "sector") if rows and name in rows[0]}
    row = _one(rows, province_code=code, **whole) or {counts[0]: 0, counts[1]: 0}
    known = is_shown and bool(rows)
    without, having = f"un{counts[1]}", counts[1]
    return {without: row[counts[0]] - row[counts[1]] if known else None, having: row[counts[1]] if known else None}


def _activities(nation: Nation, month: date, code: str, segment: str) -> int | None:
    """Held for the segment in this and the two months before, as delivered last; empty if none were delivered."""
    if all(nation.of(shift(month, -back)).activities is None for back in range(OUTREACH_MONTHS)):
        return None
    return sum(
        index(month) - OUTREACH_MONTHS < index(activity.held_on) <= index(month)
        and SEGMENT_CLASS[activity.segment] == segment and code in (activity.region_code, province(activity.region_code))
        for activity in held_activities(nation, month)
    )  # fmt: skip
