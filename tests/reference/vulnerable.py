"""The table `vulnerable_workers`, computed independently. Source: docs/questions.md (vulnerable_workers), the fields of the table."""

from collections import Counter, defaultdict
from datetime import date

from tests.reference.codes import available, province, ratio
from tests.reference.population import vulnerable
from tests.reference.registers import Person, changes, persons
from tests.reference.rows import Nation, Row

PUBLIC = ("regional_government", "village_fund")


def is_vulnerable(person: Person) -> bool:
    """Informal workers who are reported as vulnerable, or whose contribution a region, a village or a donor pays."""
    named = person.primary.vulnerable_basis is not None or person.primary.payer in (*PUBLIC, "donor")
    return person.primary.segment == "BPU" and named


def whole(parts: list[int | None]) -> int | None:
    """The sum; None if a part is unknown: a part is never used as the whole."""
    return None if any(part is None for part in parts) or not parts else sum(part or 0 for part in parts)


def vulnerable_workers(nation: Nation, month: date) -> list[Row]:
    now = persons(nation.members(month), month).values()
    seen = [(person, person.status) for person in now if person.status in ("protected", "grace")]
    changed = changes(nation, month)
    for change in changed or []:
        if change.was and change.kind in ("became_unpaid", "left_ended", "left_absent"):
            seen.append((change.before, "became_unpaid" if change.kind == "became_unpaid" else "left"))
        if change.is_now and change.kind in ("entered", "re_entered"):
            seen.append((change.now, "new"))
    counted: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter, {("ID", "all", "all"): Counter()})
    for person, what in seen:
        if person and is_vulnerable(person):
            for key in _rows_of(person):
                counted[key][what] += 1
    known = vulnerable(nation, month)
    regions = {
        region_code: [n for r, n in known.items() if region_code in ("ID", province(r))]
        for region_code in {*map(province, known), "ID"}
    }
    for region_code in regions:
        counted[region_code, "all", "all"] += Counter()
    return [_row(month, key, counts, regions, is_compared=changed is not None) for key, counts in counted.items()]


def _rows_of(person: Person) -> set[tuple[str, str, str]]:
    """By payer or by occupation group, and for the nation by both."""
    region_code = province(person.home)
    payer, basis = person.primary.payer or "not_stated", person.primary.vulnerable_basis or "not_stated"
    found = {
        (where, *what) for where in (region_code, "ID") for what in (("all", "all"), (payer, "all"), ("all", basis))
    }
    return found | {("ID", payer, basis)}


def _row(
    month: date,
    key: tuple[str, str, str],
    counts: Counter[str],
    regions: dict[str, list[int | None]],
    *,
    is_compared: bool,
) -> Row:
    region_code, payer, basis = key
    able = whole(regions.get(region_code, [])) if payer == basis == "all" else None
    return available(
        month=month, province_code=region_code, payer=payer, vulnerable_basis=basis, potential_persons=able,
        protected_persons=counts["protected"], grace_persons=counts["grace"],
        **{f"{what}_persons": counts[what] if is_compared else None for what in ("became_unpaid", "left", "new")},
        coverage_ratio=ratio(counts["protected"], able),
        gap_persons=None if able is None else able - counts["protected"],
    )  # fmt: skip
