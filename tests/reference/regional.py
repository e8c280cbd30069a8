"""The table `regional_programmes`, computed independently.

Source: docs/questions.md (regional_programmes), the fields of the table, list subsidy_premiums.
"""

from collections import defaultdict
from datetime import date
from math import floor

from tests.reference.codes import PROVINCES, REGENCIES, available, in_force, ratio, regions_of
from tests.reference.population import vulnerable
from tests.reference.registers import persons
from tests.reference.rows import Nation, Regulation, Row, last_day, shift
from tests.reference.vulnerable import PUBLIC, is_vulnerable, whole


def newest_list(nation: Nation, month: date, what: str) -> tuple[date, list[object]] | None:
    """A list that is valid until the next one: the newest up to the month, and its month."""
    delivered = [day for day, rows in nation.months.items() if day <= month and getattr(rows, what) is not None]
    return (max(delivered), list(getattr(nation.of(max(delivered)), what))) if delivered else None


def premium(month: date) -> int:
    """The cost of JKK and JKM for a public budget in a month, for one worker of the lowest income band."""
    [line] = in_force("subsidy_premiums", month)
    return int(line["premium_idr"])


def is_in_force(rule: Regulation, month: date) -> bool:
    """A budget is of its year and ends with it; empty dates are those of the year, intervals are half-open."""
    begins, ends = rule.in_force_from or date(rule.year, 1, 1), rule.in_force_until or date(rule.year + 1, 1, 1)
    return rule.year == month.year and begins <= last_day(month) < ends


def affordable(rule: Regulation) -> int:
    """Workers that the budget pays for, in its months one after the other, each at the premium of that month.

    They begin in the month the regulation does, or as early as they all are in the year.
    """
    begins = rule.in_force_from or date(rule.year, 1, 1)
    first = min(begins.month if begins.year == rule.year else 1, 13 - rule.months)
    cost = sum(premium(shift(date(rule.year, 1, 1), first - 1 + n)) for n in range(rule.months))
    return floor(floor(rule.budget_idr + 0.5) / cost)


def quota(rules: list[Regulation]) -> int | None:
    """Workers that the budgets name: of one region and fund the largest number; None where a fund names none."""
    funds: dict[tuple[str, str], list[int]] = defaultdict(list)
    for rule in rules:
        funds[rule.region_code, rule.fund] += [] if rule.workers_budgeted is None else [rule.workers_budgeted]
    return whole([max(named, default=None) for named in funds.values()]) if rules else 0


FUNDS = {
    "apbd": ("province", "regency"), "apbdes": ("village",), "palm_oil": ("palm_oil",), "tobacco": ("tobacco",), "csr": ("csr",),
    "donor": ("donor",),
}  # fmt: skip


def by_fund(rules: list[Regulation]) -> dict[str, int]:
    """The budgets of each kind of fund."""
    return {
        f"budget_{name}_idr": sum(floor(rule.budget_idr + 0.5) for rule in rules if rule.fund in funds)
        for name, funds in FUNDS.items()
    }


def regional_programmes(nation: Nation, month: date) -> list[Row] | None:
    found = newest_list(nation, month, "regulations")
    if found is None:
        return None
    delivered, listed = found
    rules = [rule for rule in listed if isinstance(rule, Regulation) and is_in_force(rule, month)]
    people = [person for person in persons(nation.members(month), month).values() if person.is_protected]
    survey = vulnerable(nation, month)
    regions = {("nation", "ID"), *(("province", code) for code in (*PROVINCES, "00"))}
    regions |= {("regency", code) for code in (*REGENCIES, "0000")}
    rows = []
    for level, code in regions:

        def within(region: str, cell: tuple[str, str] = (level, code)) -> bool:
            return cell in regions_of(region)

        inside = [rule for rule in rules if within(rule.region_code)]
        own = [rule for rule in inside if rule.region_code == code]
        residents = [person for person in people if within(person.home)]
        paid = sum(person.primary.payer in PUBLIC for person in residents)
        if not (inside or paid or (level != "regency" and code != "00")):
            continue
        able = sum(affordable(rule) for rule in inside)
        need_of = whole([count for region, count in survey.items() if within(region)])
        need = None if need_of is None else max(need_of - sum(map(is_vulnerable, residents)), 0)
        rows.append(available(
            month=month, region_level=level, region_code=code, delivered_month=delivered,
            regulations=len({(rule.regulation_kind, rule.regulation_no) for rule in own}),
            has_perda=any(rule.regulation_kind == "perda" for rule in own),
            has_perkada=any(rule.regulation_kind == "perkada" for rule in own),
            regions_with_regulation=len({rule.region_code for rule in inside}),
            own_budget_idr=sum(floor(rule.budget_idr + 0.5) for rule in own),
            budget_idr=sum(floor(rule.budget_idr + 0.5) for rule in inside), **by_fund(inside), premium_idr=premium(month),
            workers_budgeted=quota(inside), affordable_workers=able, paid_workers=paid, vulnerable_persons=need_of,
            need_persons=need, adequacy_ratio=None if need is None else ratio(able, need + paid),
            execution_ratio=ratio(paid, able),
        ))  # fmt: skip
    return rows
