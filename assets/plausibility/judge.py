"""Compare the measures of a delivery with limits and with the months before; some findings hold the release.

Belongs here: the comparison. Not here: the limits (list `plausibility_limits`), measuring (`measures`).
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence

from assets.plausibility.findings import Finding
from assets.plausibility.measures import REQUIRED, Measure
from schemas.plausibility import Limit, limits

Past = Sequence[Sequence[Measure]]  # the months before, the newest first
_Key = tuple[str, str]


def judge(month: str, measures: Sequence[Measure], past: Past, delivered: Mapping[str, str]) -> list[Finding]:
    """Every finding of the month, those that hold the release first. `delivered`: extract → digest of its files.

    Without months before, only limits that need no comparison apply.
    """
    found = [finding for limit in limits().values() for finding in _by(month, limit, measures, past, delivered)]
    order = list(limits())
    return sorted(found, key=lambda each: (not each.holds, order.index(each.finding), each.extract, each.subject))


def _by(
    month: str, limit: Limit, measures: Sequence[Measure], past: Past, delivered: Mapping[str, str]
) -> Iterator[Finding]:
    own = _of(limit, measures)
    before = [_of(limit, each) for each in past]
    for key, measure in _judgeable(limit, own, before).items():
        known = [each[key].observed for each in before if key in each]
        deviation, expected = _COMPARED[limit.compares](measure.observed, known)
        rows = max(measure.rows, *(each[key].rows for each in before if key in each), 0)
        if deviation is None or rows < limit.least_rows or deviation <= limit.warns_above:
            continue
        above = limit.holds_above is not None and deviation > limit.holds_above
        holds = above and measure.extract in REQUIRED and measure.share >= limit.least_share
        allowed = limit.holds_above if holds and limit.holds_above is not None else limit.warns_above
        allowed = measure.limit if measure.limit is not None else allowed
        figures = f"{measure.observed:.6g} {expected if expected is None else format(expected, '.6g')}"
        evidence = "\n".join([month, limit.code, *key, figures, delivered.get(measure.extract, "")])
        yield Finding(
            hashlib.sha256(evidence.encode()).hexdigest()[:12],
            limit.code,
            *key,
            measure.observed,
            expected,
            allowed,
            holds,
            _message(limit, measure, expected, allowed),
        )


def _of(limit: Limit, measures: Sequence[Measure]) -> dict[_Key, Measure]:
    return {(each.extract, each.subject): each for each in measures if each.measure == limit.measure}


def _judgeable(limit: Limit, own: dict[_Key, Measure], before: list[dict[_Key, Measure]]) -> dict[_Key, Measure]:
    """The measures to judge: those of the month, or those of the month before that are missing now."""
    gone = {key: each for key, each in (before[0] if before else {}).items() if key not in own}
    if limit.compares == "gone":
        return {key: _as(each, each.share) for key, each in gone.items()}
    if limit.compares == "change" and limit.measure != "office_rows":  # a missing office has its own finding
        return own | {key: _as(each, 0.0) for key, each in gone.items()}
    if limit.measure == "column_empty":
        offices = {(extract, subject.split()[0]) for extract, subject in own}
        lost = {key: each for key, each in gone.items() if (key[0], key[1].split()[0]) in offices}
        return own | {key: _as(each, 1.0) for key, each in lost.items()}
    return own


def _as(measure: Measure, value: float) -> Measure:
    return Measure(measure.extract, measure.measure, measure.subject, value, measure.rows, measure.share)


_Compared = tuple[float | None, float | None]  # the difference, and the expected value


def _most(value: float, _: list[float]) -> _Compared:
    return value, None


def _change(value: float, known: list[float]) -> _Compared:
    """The change relative to the nearest of the months before: correcting a wrong month makes no second finding."""
    nearest = min((each for each in known if each > 0), key=lambda each: abs(value / each - 1), default=None)
    return (None, None) if nearest is None else (abs(value / nearest - 1), nearest)


def _rise(value: float, known: list[float]) -> _Compared:
    return (value - max(known), max(known)) if known else (None, None)


def _fall(value: float, known: list[float]) -> _Compared:
    return (min(known) - value, min(known)) if known else (None, None)


_COMPARED: dict[str, Callable[[float, list[float]], _Compared]] = {
    "most": _most,
    "gone": _most,
    "change": _change,
    "rise": _rise,
    "fall": _fall,
}


def _message(limit: Limit, measure: Measure, expected: float | None, allowed: float) -> str:
    """One line: extract, finding, subject, value, expected value, limit, remedy."""
    written = _WRITTEN[limit.unit]
    against = f", {written(expected)} before" if expected is not None else ""
    by = _share(allowed) if limit.compares == "change" else written(allowed)
    finding = f"{measure.extract}: {limit.name}: {measure.subject}: {written(measure.observed)}{against}; limit {by}"
    return f"{finding}; {limit.do}"


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


_WRITTEN: dict[str, Callable[[float], str]] = {"share": _share, "count": "{:,.0f}".format, "ratio": "{:.3f}".format}
