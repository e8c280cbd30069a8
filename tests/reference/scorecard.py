"""The table `regional_scorecard`, computed independently, from rows of the tables that it reads.

Source: docs/questions.md (regional_scorecard), its fields. Only for a month without the one twelve months before.
"""

from datetime import date

from tests.reference.activity import activity
from tests.reference.codes import PROVINCES, REGENCIES, ratio
from tests.reference.coverage import coverage
from tests.reference.enterprises import coverage_enterprise
from tests.reference.priorities import is_so
from tests.reference.regional import FUNDS, newest_list, regional_programmes
from tests.reference.rows import Nation, Row
from tests.reference.targets import target_progress

WHOLE = {"geography_basis": "home", "programme": "any", "sex": "all", "age_band": "all"}
ZEROS = ("budget_idr", *(f"budget_{name}_idr" for name in FUNDS), "affordable_workers", "paid_workers")
LEFT = ("vulnerable_persons", "need_persons", "adequacy_ratio")


def regional_scorecard(nation: Nation, month: date) -> list[Row]:
    residents = [row for row in coverage(nation, month) if is_so(row, **WHOLE)]
    regions = [*(("province", code) for code in PROVINCES), *(("regency", code) for code in REGENCIES)]
    counted = [_residents(residents, level, code) for level, code in regions]
    others = (regional_programmes(nation, month), coverage_enterprise(nation, month), activity(nation, month))
    listed = newest_list(nation, month, "targets")
    targets = target_progress(listed[1], {month: coverage(nation, month)}, month) if listed else []
    return [
        {"month": month, "region_level": row["region_level"], "region_code": row["region_code"]}
        | _coverage(row, counted) | _target(targets, row["region_code"])
        | _programmes(others[0], row) | _provincial(others[1], others[2], row) | _similar(row, counted)
        for row in counted
    ]  # fmt: skip


def _residents(rows: list[Row], level: str, code: str) -> Row:
    """Protected residents and potential, by group of segments."""
    found: Row = {"region_level": level, "region_code": code}
    for group in ("all", "formal", "informal"):
        cell = [r for r in rows if is_so(r, geography_level=level, region_code=code, segment=group)]
        potential = next((r["denominator_persons"] for r in cell if r["denominator_id"] == "potential"), None)
        found |= {group: cell[0]["protected_persons"] if cell else 0, f"{group} potential": potential or None}
    return found


def _coverage(row: Row, counted: list[Row]) -> Row:
    shares = {
        r["region_code"]: ratio(r["all"], r["all potential"])
        for r in counted
        if r["region_level"] == row["region_level"] and r["all potential"]
    }
    order = sorted(shares, key=lambda code: (-(shares[code] or 0), code))
    code = row["region_code"]
    return {
        "protected_persons": row["all"], "denominator_persons": row["all potential"], "coverage_ratio": shares.get(code),
        "coverage_rank": order.index(code) + 1 if code in shares else None, "year_before_persons": None, "change_ratio": None,
        "change_rank": None, "change_flag": "no_year_before",
        **{f"{group}_persons": row[group] for group in ("formal", "informal")},
        **{f"{group}_ratio": ratio(row[group], row[f"{group} potential"]) for group in ("formal", "informal")},
    }  # fmt: skip


def _target(targets: list[Row], code: str) -> Row:
    """The next one of the coverage of the potential."""
    wanted = {"indicator": "coverage_ratio", "segment": "all", "denominator_id": "potential", "region_code": code}
    found = min((t for t in targets if is_so(t, **wanted)), key=lambda t: t["target_month"], default=None)
    if found is None:
        return {"target_month": None, "target_ratio": None, "gap_ratio": None}
    return {
        "target_month": found["target_month"], "target_ratio": found["target_value"] / 100,
        "gap_ratio": None if found["gap_value"] is None else found["gap_value"] / 100,
    }  # fmt: skip


def _programmes(rows: list[Row] | None, row: Row) -> Row:
    """Zero where a list names no programme of the region, empty where no list was delivered."""
    where = {name: row[name] for name in ("region_level", "region_code")}
    own = next((r for r in rows or [] if is_so(r, **where)), None)
    names = ("has_perda", "has_perkada", *ZEROS, *LEFT)
    if rows is None:
        values: Row = dict.fromkeys(names)
    else:
        flags = {"has_perda": False, "has_perkada": False}
        values = {name: own[name] for name in names} if own else flags | dict.fromkeys(ZEROS, 0) | dict.fromkeys(LEFT)
    missing = ratio(values["need_persons"], values["vulnerable_persons"])
    return values | {"vulnerable_ratio": None if missing is None else 1 - missing}


def _provincial(employers: list[Row] | None, members: list[Row] | None, row: Row) -> Row:
    code, is_province = row["region_code"], row["region_level"] == "province"
    whole = {"province_code": code, "size_class": "all", "size_basis": "all", "sector": "all"}
    firms = next((r for r in employers or [] if is_so(r, **whole)), {"employers": 0, "enrolled_employers": 0})
    known = {"employers": firms["employers"], "enrolled_employers": firms["enrolled_employers"]}
    if not is_province or not employers:
        known = dict.fromkeys(known)
    every = {"province_code": code, "segment": "all", "payer": "all", "channel": "all"}
    one = next((r for r in members or [] if is_so(r, **every)), {"member_persons": 0})
    is_counted = is_province and any(is_so(r, segment="all", payer="all", channel="all") for r in members or [])
    registered = one["member_persons"] if is_counted else None
    return known | {
        "enrolled_ratio": ratio(known["enrolled_employers"], known["employers"]), "member_persons": registered,
        "active_ratio": ratio(row["all"], registered),
    }  # fmt: skip


def _similar(row: Row, counted: list[Row]) -> Row:
    """The smallest sums of the differences of both ranks."""
    rivals = [r for r in counted if r["region_level"] == row["region_level"] and r["all potential"]]
    by_size = sorted(rivals, key=lambda r: (-r["all potential"], r["region_code"]))
    by_share = sorted(rivals, key=lambda r: (-(r["informal potential"] or 0) / r["all potential"], r["region_code"]))
    rank = {r["region_code"]: (by_size.index(r), by_share.index(r)) for r in rivals}
    own = rank.pop(row["region_code"], None)
    near = sorted(
        rank, key=lambda code: (sum(abs(a - b) for a, b in zip(rank[code], own or (0, 0), strict=True)), code)
    )
    chosen = near[:5] if own else []
    return {f"similar_region_{n}": chosen[n - 1] if len(chosen) >= n else None for n in range(1, 6)}
