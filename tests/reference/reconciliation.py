"""The table `reconciliation`, computed independently, of a real month: each of our persons represents one.

Source: docs/questions.md (reconciliation), lists published_figures, published_claims and claim_kinds.
"""

from datetime import date

from tests.reference.activity import activity
from tests.reference.codes import PROVINCES, Line, in_force, listed
from tests.reference.coverage import coverage
from tests.reference.rows import Nation, Row, last_day
from tests.reference.vulnerable import vulnerable_workers

LEVELS = {
    ("kemendagri_2025", 4): "regency",
    ("kemendagri_2025", 2): "province",
    ("kemendagri_2020", 2): "province_2020",
}
OTHER_UNITS = ("change", "target_mix", "date")


def reconciliation(nation: Nation, month: date) -> list[Row]:
    name = month.isoformat()[:7]
    known = _values(nation, month)
    rows = [_figure(line, known) for line in listed("published_figures") if line["as_of"] == name]
    rows += [_claim(line, month) for line in listed("published_claims") if line["as_of"] == name]
    return [{"month": month} | row for row in rows]


def _values(nation: Nation, month: date) -> dict[tuple[str, str, str, str], tuple[object, int | None]]:
    """Indicator, level, region and segment → our value, and the fewest persons in a count that it rests on."""
    found: dict[tuple[str, str, str, str], tuple[object, int | None]] = {}
    for row in coverage(nation, month):
        if (row["programme"], row["sex"], row["age_band"]) == ("any", "all", "all"):
            cell = (str(row["geography_level"]), str(row["region_code"]), str(row["segment"]))
            registered = "home" if cell[0] == "nation" else "work"  # published regions follow the registering office
            if row["geography_basis"] == registered and row["denominator_id"] in ("potential", "none"):
                found["protected_persons", *cell] = (row["protected_persons"], row["protected_persons"])
            if row["geography_basis"] == "home" and row["denominator_id"] == "potential":
                found["potential_persons", *cell] = (row["denominator_persons"], None)
            if row["geography_basis"] == "home" and row["denominator_id"] == "employed" and row["survey_wave"] == month:
                found["employed_persons", *cell] = (row["denominator_persons"], None)
    paid: dict[tuple[str, str], list[int]] = {}
    for row in vulnerable_workers(nation, month):
        code = str(row["province_code"])
        cell = ("nation" if code == "ID" else "province", code, "informal")
        if row["vulnerable_basis"] == "all" and row["payer"] == "all":
            found["vulnerable_persons", *cell] = (row["potential_persons"], None)
        if row["vulnerable_basis"] == "all" and row["payer"] in ("regional_government", "village_fund"):
            paid.setdefault(cell[:2], []).append(int(row["protected_persons"]))
    for row in activity(nation, month):
        if (row["province_code"], row["payer"], row["channel"]) == ("ID", "all", "all"):
            found["dormant_persons", "nation", "ID", str(row["segment"])] = (
                row["dormant_persons"],
                row["dormant_persons"],
            )
    for region, counts in paid.items():
        found["subsidised_persons", *region, "informal"] = (sum(counts), min(filter(None, counts), default=None))
    return found


def _figure(line: Line, known: dict[tuple[str, str, str, str], tuple[object, int | None]]) -> Row:
    code = "ID" if line["region_code"] == "nation" else line["region_code"]
    level = "nation" if code == "ID" else LEVELS.get((line["region_scheme"], len(code)), "unknown")
    ours, persons = known.get((line["indicator"], level, code, line["segment"]), (None, None))
    published, tolerance = float(line["value"]), max(float(line["half_unit"] or 0), 0.5)
    value = None if ours is None else float(ours)
    other_wave = line["indicator"] == "employed_persons"
    note = "the survey wave in use is not of this month" if other_wave else "no such value was made for this month"
    verdict = "not_computed" if value is None else "agrees" if abs(value - published) <= tolerance else "differs"
    return {
        "figure_id": line["figure_id"], "indicator": line["indicator"], "region_code": code, "segment": line["segment"],
        "published_value": published, "our_value": value, "our_persons": persons,
        "difference": None if value is None else value - published, "tolerance": tolerance, "verdict": verdict,
        "note": note if value is None else None, "source": line["source"],
    }  # fmt: skip


def _claim(line: Line, month: date) -> Row:
    kind, stated = line["kind"], _number(line["stated_value"])
    parts = [_number(line[name]) for name in ("part_a", "part_b", "part_c")]
    terms = 1 + sum(part is not None for part in parts) if kind in ("sum", "part_of_whole") else 1
    tolerance = float(line["tolerance"]) * terms if line["tolerance"] else None
    ours = _recomputed(kind, parts, month)
    is_defect = _is_defect(line, stated, parts, ours, tolerance or 0)
    [words] = [one for one in listed("claim_kinds") if one["code"] == kind]
    verdict = "not_computed" if is_defect is None else "defect" if is_defect else "agrees"
    note = {"defect": words["defect"], "agrees": words["agrees"], "not_computed": "a part is missing"}[verdict]
    difference = None if kind in OTHER_UNITS or ours is None or stated is None else ours - stated
    return {
        "figure_id": line["claim_id"], "indicator": line["indicator"], "region_code": line["region_code"] or None,
        "segment": line["segment"] or None, "published_value": stated, "our_value": ours, "our_persons": None,
        "difference": difference, "tolerance": tolerance, "verdict": verdict, "note": f"{line['statement']}: {note}",
        "source": line["source"],
    }  # fmt: skip


def _number(text: str) -> float | None:
    return float(text) if text else None


def _recomputed(kind: str, parts: list[float | None], month: date) -> float | None:
    a, b, c = parts
    if kind == "geography":
        in_force_now = [line for line in in_force("provinces", last_day(month)) if line["code"] in PROVINCES]
        return float(len(in_force_now))
    if a is None or kind == "target_mix":
        return None
    if kind in ("two_totals", "date"):
        return a
    if kind in ("sum", "part_of_whole"):
        return a + (b or 0) + (c or 0)
    if kind in ("ratio", "base"):
        return 100 * a / b if b else None
    return 100 * (b / a - 1) if a and b is not None else None  # growth, change


def _is_defect(
    line: Line, stated: float | None, parts: list[float | None], ours: float | None, tolerance: float
) -> bool | None:
    """None: a part is missing."""
    kind, base_a, base_b = line["kind"], line["base_a"], line["base_b"]
    if kind == "target_mix":
        return base_a != base_b if base_a and base_b else None
    if kind == "base":
        known = any(base_a == one["code"] != "none" for one in listed("denominators"))
        if base_a and not known:
            return True
        return base_a != base_b if base_a and base_b else None
    if kind == "date":
        a, b = parts[:2]
        if (a is not None and stated != a) or (b is not None and stated is not None and stated > b):
            return True
        return None if b is None else False
    if ours is None or (stated is None and kind != "change"):
        return None
    return {
        "part_of_whole": lambda: ours > stated + tolerance, "change": lambda: abs(ours) > tolerance,
        "geography": lambda: stated != ours,
    }.get(kind, lambda: abs(ours - stated) > tolerance)()  # fmt: skip
