"""The table `target_progress`, computed independently, from rows of `coverage`. Source: docs/questions.md (target_progress), its fields."""

from datetime import date
from itertools import pairwise
from math import floor, sqrt
from statistics import mean, stdev

from tests.reference.codes import SEGMENT_CLASS, available
from tests.reference.rows import Row, Target, index, shift
from tests.reference.student import expanded

MONTHS_SEEN, LEAST_CHANGES, RANGE = 25, 6, 0.8
RESIDENTS = {"geography_basis": "home", "programme": "any", "sex": "all", "age_band": "all"}


def target_progress(targets: list[Target], coverage: dict[date, list[Row]], month: date) -> list[Row]:
    """Of every target that is not past; `coverage` has the months that exist."""
    return [_row(target, coverage, month) for target in targets if index(target.target_month) >= index(month)]


def _of(rows: list[Row], region: str, segment: str, denominators: tuple[str, ...]) -> Row | None:
    """The row of the residents of a region, of any programme and everybody, divided by one of these populations."""
    wanted = RESIDENTS | {"region_code": region, "segment": segment}
    for row in rows:
        is_named = row["geography_level"] != "province_2020" and row["denominator_id"] in denominators
        if is_named and all(row[name] == value for name, value in wanted.items()):
            return row
    return None


def _row(target: Target, coverage: dict[date, list[Row]], month: date) -> Row:
    """Every month divides by the population of the present month: a new survey wave does not change the protection of any person."""
    is_ratio = target.indicator == "coverage_ratio"
    named = (target.denominator_id,) if is_ratio else ("potential", "none")
    past = [
        _of(coverage.get(shift(month, -n), []), target.region_code, target.segment, named) for n in range(MONTHS_SEEN)
    ]
    now = past[0]
    population = now["denominator_persons"] if now else None
    values = [_value(row, population, is_ratio=is_ratio) for row in past]
    actual, left = values[0], index(target.target_month) - index(month)
    whole = [None if value is None else floor(value * 1e6 + 0.5) / 1e6 for value in values]
    steps = [newer - older for newer, older in pairwise(whole) if newer is not None and older is not None]
    pace = mean(steps) if steps else None
    gap = None if actual is None else target.value - actual
    middle = low = high = None
    if actual is not None and len(steps) >= LEAST_CHANGES:
        half = expanded(RANGE, len(steps) - 1) * stdev(steps) * sqrt(left + left**2 / len(steps))
        most = _most(target, coverage[month], actual, population if is_ratio else 100)
        middle, low, high = (min(max(actual + left * pace + by, 0), most) for by in (0, -half, half))
    return available(
        month=month, indicator=target.indicator, region_code=target.region_code, segment=target.segment,
        denominator_id=target.denominator_id, target_month=target.target_month, target_value=target.value,
        target_source=target.source, protected_persons=now["protected_persons"] if now else None, actual_value=actual,
        gap_value=gap, months_left=left, needed_per_month=gap / left if gap is not None and left else None,
        changes_seen=len(steps), mean_change=pace, projected_value=middle, projected_low=low, projected_high=high,
        outlook=_outlook(target.value, actual, left, low, high), least_persons=_least(past, values),
    )  # fmt: skip


def _value(row: Row | None, population: int | None, *, is_ratio: bool) -> float | None:
    """Persons, or percent of the population."""
    if row is None or (is_ratio and not population):
        return None
    return 100 * row["protected_persons"] / population if is_ratio else float(row["protected_persons"])


def _most(target: Target, rows: list[Row], actual: float, population: int) -> float:
    """No more can be protected than could be; a value above that is the most itself. Without a survey there is no limit."""
    group = SEGMENT_CLASS.get(target.segment, target.segment)
    able = _of(rows, target.region_code, group, ("potential",))
    if able is None or not able["denominator_persons"]:
        return float("inf")
    return max(actual, 100 * able["denominator_persons"] / population)


def _least(past: list[Row | None], values: list[float | None]) -> int | None:
    """Fewest protected persons above none in a month that a change rests on."""
    seen = [row for row, value in zip(past, values, strict=True) if row and value is not None]
    resting = [row for pair in pairwise(past) if all(row in seen for row in pair) for row in pair]
    return min((row["protected_persons"] for row in resting if row["protected_persons"]), default=None)


def _outlook(target: float, actual: float | None, left: int, low: float | None, high: float | None) -> str:
    if actual is not None and actual >= target:
        return "reached"
    if actual is not None and left == 0:
        return "missed"
    if actual is None or low is None or high is None:
        return "unknown"
    if low >= target:
        return "likely"
    return "unlikely" if high < target else "open"
