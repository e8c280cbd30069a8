"""The table `flows`, computed independently. Source: docs/questions.md (flows), the fields of the table, lists drift_limits and drift_exceptions."""

from collections import defaultdict
from datetime import date

from tests.reference.codes import available, groups, listed, province, ratio
from tests.reference.registers import Change, Person, changes
from tests.reference.rows import Nation, Row

IN = ("entered", "re_entered", "changed_segment_in", "moved_in", "restated_in")
OUT = ("became_unpaid", "left_ended", "left_absent", "changed_segment_out", "moved_out", "restated_out")


def flows(nation: Nation, month: date) -> list[Row] | None:
    changed = changes(nation, month)
    if changed is None:
        return None
    counted: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for change in changed:
        was = _rows_of(change.before) if change.was else set()
        now = _rows_of(change.now) if change.is_now else set()
        for row in was | now:
            counted[row]["opening"] += row in was
            counted[row]["closing"] += row in now
            if (row in was) != (row in now):
                counted[row][_flow(change, row, came=row in now)] += 1
    return [_row(month, *region_code, counts) for region_code, counts in counted.items()]


def _rows_of(person: Person | None) -> set[tuple[str, str]]:
    assert person is not None
    return {
        (region_code, group)
        for region_code in (province(person.home), "ID")
        for group in groups(person.primary.segment)
    }


def _flow(change: Change, row: tuple[str, str], *, came: bool) -> str:
    if change.kind != "stayed":
        return change.kind
    other = change.before if came else change.now
    assert other is not None
    side = "in" if came else "out"
    if row[1] not in groups(other.primary.segment):
        return f"changed_segment_{side}"
    return f"{'restated' if change.is_restated else 'moved'}_{side}"


def _row(month: date, region_code: str, segment: str, counts: dict[str, int]) -> Row:
    opening, closing = counts["opening"], counts["closing"]
    grown = ratio(closing, opening)
    return available(
        month=month, province_code=region_code, segment=segment, opening_persons=opening, closing_persons=closing,
        **{f"{name}_persons": counts[name] for name in (*IN, *OUT)},
        change_ratio=None if grown is None else grown - 1, drift=_drift(month, region_code, segment, opening, closing),
    )  # fmt: skip


def _drift(month: date, region_code: str, segment: str, opening: int, closing: int) -> str:
    [limit] = [line for line in listed("drift_limits") if line["segment"] == segment]
    if max(opening, closing) < int(limit["least_persons"]):
        return "small"
    if abs(closing - opening) * 1000 <= int(limit["limit_permille"]) * opening:
        return "ok"
    name = month.isoformat()[:7]
    excused = any(
        line["segment"] == segment
        and line["province_code"] in (region_code, "all")
        and line["month_from"] <= name <= line["month_to"]
        for line in listed("drift_exceptions")
    )
    return "declared" if excused else "unusual"
