"""The table `outreach`, computed independently. Source: docs/method.md (the estimate of outreach), docs/questions.md (outreach).

The estimate reads entries and exits as counts, so that a nation of regencies can be drawn without its persons.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from math import floor, sqrt

from tests.reference.codes import available, province, ratio
from tests.reference.registers import changes
from tests.reference.rows import Activity, Nation, Row, shift
from tests.reference.student import expanded
from tests.reference.vulnerable import whole

AFTER, LASTING, LEAST_BASE, LEAST_COMPARED = 3, 6, 30, 10
BOUNDS = 0.95


@dataclass(frozen=True)
class Seen:
    """Of a month, regency and segment: who entered or re-entered, and who was protected the month before."""

    entries: dict[tuple[str, str], int]
    opening: dict[tuple[str, str], int]


def seen(nation: Nation) -> dict[date, Seen]:
    found = {}
    for month in nation.run:
        changed = changes(nation, month)
        if changed is not None:
            entries, opening = defaultdict(int), defaultdict(int)
            for change in changed:
                if change.kind in ("entered", "re_entered") and change.now:
                    entries[change.now.home, change.now.primary.segment] += 1
                if change.was and change.before:
                    opening[change.before.home, change.before.primary.segment] += 1
            found[month] = Seen(entries, opening)
    return found


def held_activities(nation: Nation, month: date) -> list[Activity]:
    """Activities as delivered last."""
    last: dict[str, Activity] = {}
    for delivered in sorted(day for day in nation.months if shift(month, -AFTER - LASTING) <= day <= month):
        last |= {activity.activity_id: activity for activity in nation.of(delivered).activities or ()}
    return list(last.values())


def outreach(nation: Nation, month: date, by_month: dict[date, Seen] | None = None) -> list[Row] | None:
    by_month = seen(nation) if by_month is None else by_month
    if all(nation.of(shift(month, -back)).activities is None for back in range(AFTER + 1)):
        return None
    activities = held_activities(nation, month)
    rows = []
    for back in range(AFTER + 1):
        held = shift(month, -back)
        observed = next((n for n in range(back) if shift(held, n + 1) not in by_month), back)
        shown: dict[tuple[str, str, str], list[Activity]] = defaultdict(list)
        for activity in activities:
            if activity.held_on.replace(day=1) == held:
                for region_code in (province(activity.region_code), "ID"):
                    shown[region_code, activity.segment, activity.channel].append(activity)
                    shown[region_code, activity.segment, "all"].append(activity)
        estimates = estimate(nation, held, activities, by_month) if back == AFTER else {}
        for key, of in shown.items():
            rows.append(_row(month, held, key, of, observed, by_month) | estimates.get(key, NO_ESTIMATE))
    return rows


def _row(
    month: date, held: date, key: tuple[str, str, str], of: list[Activity], observed: int, by_month: dict[date, Seen]
) -> Row:
    region_code, segment, channel = key
    regencies = {activity.region_code for activity in of}
    months = [by_month[shift(held, n + 1)] for n in range(observed)]
    entered = sum(one.entries.get((regency, segment), 0) for one in months for regency in regencies) if months else None
    cost = whole([None if activity.cost_idr is None else floor(activity.cost_idr + 0.5) for activity in of])
    return available(
        month=month, held_month=held, province_code=region_code, segment=segment, channel=channel, activities=len(of),
        regencies=len(regencies), reach_persons=whole([activity.reach_persons for activity in of]), cost_idr=cost,
        months_observed=observed, new_enrolments=entered,
        cost_per_enrolment_idr=ratio(cost, entered),
    )  # fmt: skip


NO_ESTIMATE: Row = dict.fromkeys(
    ("treated_regencies", "comparison_regencies", "additional_enrolments", "additional_error", "additional_low",
     "additional_high", "cost_per_additional_idr")
)  # fmt: skip


def estimate(
    nation: Nation, held: date, activities: list[Activity], by_month: dict[date, Seen]
) -> dict[tuple[str, str, str], Row]:
    """Difference in differences by ratio of sums, where three months before and after and all activities are known."""
    window = [shift(held, n) for n in range(-AFTER, AFTER + 1)]
    lasting = [shift(held, n) for n in range(-LASTING, AFTER + 1)]
    if any(month not in by_month for month in window) or any(nation.of(month).activities is None for month in lasting):
        return {}
    done = [activity for activity in activities if lasting[0] <= activity.held_on.replace(day=1) <= lasting[-1]]
    found: dict[tuple[str, str, str], Row] = {}
    for segment in {activity.segment for activity in done}:
        weights = {}  # regency → change and base
        for region, of in {key for month in window for key in (*by_month[month].entries, *by_month[month].opening)}:
            base = by_month[window[0]].opening.get((region, segment), 0)
            if of == segment and region != "0000" and base >= LEAST_BASE:
                weights[region] = (_change(by_month, held, (region, segment)), base)
        active: dict[str, list[Activity]] = defaultdict(list)
        for activity in done:
            if activity.segment == segment:
                active[activity.region_code].append(activity)
        compared = [weights[region] for region in weights if region not in active]
        treated = [
            region
            for region in weights
            if region in active and all(a.held_on.replace(day=1) == held for a in active[region])
        ]
        for region_code, channel in {
            (p, c) for r in treated for p in (province(r), "ID") for c in ({a.channel for a in active[r]} | {"all"})
        }:
            chosen = [
                r for r in treated if region_code in ("ID", province(r)) and channel in ("all", *_only(active[r]))
            ]
            if len(compared) >= LEAST_COMPARED and chosen and (len(chosen) >= 2 or region_code == "ID"):
                costs = [a.cost_idr for r in chosen for a in active[r]]
                row = _effect([weights[r] for r in chosen], compared, costs)
                found |= {(region_code, segment, channel): row} if row else {}
    return found


def _only(activities: list[Activity]) -> list[str]:
    """The channel of the activities, where they have one."""
    channels = {activity.channel for activity in activities}
    return [*channels] if len(channels) == 1 else []


def _change(by_month: dict[date, Seen], held: date, cell: tuple[str, str]) -> int:
    after = sum(by_month[shift(held, n)].entries.get(cell, 0) for n in range(1, AFTER + 1))
    return after - sum(by_month[shift(held, -n)].entries.get(cell, 0) for n in range(1, AFTER + 1))


def _effect(treated: list[tuple[int, int]], compared: list[tuple[int, int]], costs: list[float | None]) -> Row | None:
    all_bases, squared = sum(base for _, base in compared), sum(base**2 for _, base in compared)
    freedom = all_bases**2 / squared - 1
    if freedom < 3:
        return None
    rate = sum(change for change, _ in compared) / all_bases
    strayed = sum((change - rate * base) ** 2 for change, base in compared) * len(compared) / (len(compared) - 1)
    base = sum(base for _, base in treated)
    additional = sum(change for change, _ in treated) - rate * base
    share = max(base / all_bases, sum(b**2 for _, b in treated) / squared)
    error = sqrt(strayed * share + strayed * base**2 / all_bases**2 + max(additional, 0)) or None
    quantile = expanded(BOUNDS, freedom)
    low, high = (None, None) if error is None else (additional - quantile * error, additional + quantile * error)
    cost = whole([None if cost is None else floor(cost + 0.5) for cost in costs])
    return {
        "treated_regencies": len(treated), "comparison_regencies": len(compared), "additional_enrolments": additional,
        "additional_error": error, "additional_low": low, "additional_high": high,
        "cost_per_additional_idr": ratio(cost, additional) if low is not None and low > 0 else None,
    }  # fmt: skip
