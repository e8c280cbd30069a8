"""The table `target_progress` once more, from rows of `coverage`. Source: docs/questions.md (target_progress), its fields."""

from datetime import date
from itertools import pairwise
from math import exp, lgamma, pi, sqrt
from statistics import mean, stdev

from tests.reference.codes import available
from tests.reference.rows import Row, Target, index, shift

MONTHS_SEEN, LEAST_CHANGES = 25, 6


def target_progress(targets: list[Target], coverage: dict[date, list[Row]], month: date) -> list[Row]:
    return [_row(target, coverage, month) for target in targets if index(target.target_month) >= index(month)]


def _of(target: Target, rows: list[Row]) -> Row | None:
    """The row of coverage that the target speaks of: residents, any programme, divided by the population it names."""
    wanted = [target.denominator_id] if target.indicator == "coverage_ratio" else ["potential", "none"]
    for row in rows:
        if (
            row["geography_basis"] == "home" and row["geography_level"] != "province_2020"
            and (row["region_code"], row["segment"]) == (target.region_code, target.segment)
            and (row["programme"], row["sex"], row["age_band"]) == ("any", "all", "all")
            and row["denominator_id"] in wanted
        ):  # fmt: skip
            return row
    return None


def _value(target: Target, row: Row | None, population: object) -> float | None:
    if row is None:
        return None
    if target.indicator == "protected_persons":
        return float(row["protected_persons"])
    return 100 * row["protected_persons"] / population if population else None


def _row(target: Target, coverage: dict[date, list[Row]], month: date) -> Row:
    left = index(target.target_month) - index(month)
    now = _of(target, coverage[month])
    population = now["denominator_persons"] if now else None
    actual = _value(target, now, population)
    series = [_of(target, coverage.get(shift(month, -back), [])) for back in range(MONTHS_SEEN)]
    values = [_value(target, row, population) for row in series]
    steps = [newer - older for newer, older in pairwise(values) if None not in (newer, older)]
    pace = mean(steps) if steps else None
    gap = None if actual is None else target.value - actual
    projected = None if actual is None or pace is None else actual + left * pace
    half = None
    if projected is not None and len(steps) >= LEAST_CHANGES:
        half = student_90(len(steps) - 1) * stdev(steps) * sqrt(left + left**2 / len(steps))
    low, high = (None, None) if projected is None or half is None else (projected - half, projected + half)
    return available(
        month=month, indicator=target.indicator, region_code=target.region_code, segment=target.segment,
        denominator_id=target.denominator_id, target_month=target.target_month, target_value=target.value,
        target_source=target.source, protected_persons=now["protected_persons"] if now else None, actual_value=actual,
        gap_value=gap, months_left=left, needed_per_month=gap / left if gap is not None and left else None,
        changes_seen=len(steps), mean_change=pace, projected_value=projected, projected_low=low, projected_high=high,
        outlook=_outlook(target.value, actual, left, low, high), least_persons=_least(series),
    )  # fmt: skip


def _least(series: list[Row | None]) -> int | None:
    """Fewest protected persons above none in a month that a change rests on."""
    pairs = [(a, b) for a, b in pairwise(series) if a and b]
    counts = [int(row["protected_persons"]) for pair in pairs for row in pair if row["protected_persons"]]
    return min(counts, default=None)


def _outlook(target: float, actual: float | None, left: int, low: float | None, high: float | None) -> str:
    if actual is None:
        return "unknown"
    if actual >= target:
        return "reached"
    if left == 0:
        return "missed"
    if low is None or high is None:
        return "unknown"
    if low >= target:
        return "likely"
    return "unlikely" if high < target else "open"


def student_90(freedom: int) -> float:
    """The 90 % quantile of Student's t (80 % lie within it on both sides), by bisection of its integral."""
    low, high = 0.0, 100.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, freedom) < 0.9 else (low, middle)
    return low


def _below(value: float, freedom: int, steps: int = 2000) -> float:
    """The share of Student's t below a value above zero: half, and Simpson's rule over its density."""
    scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)
    width = value / steps
    density = [scale * (1 + (n * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for n in range(steps + 1)]
    return 0.5 + width / 3 * (density[0] + density[-1] + 4 * sum(density[1::2]) + 2 * sum(density[2:-1:2]))
