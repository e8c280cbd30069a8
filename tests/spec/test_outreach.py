"""Outreach: activities, entrants since, and the estimate of the effect, worked out by hand.

Whether the truth is within the bounds: `tests/end_to_end/test_outreach_effect.py`.
"""

from collections.abc import Mapping
from datetime import date
from math import sqrt
from pathlib import Path

import polars as pl
import pytest
from summaries import build, figures, given, warehouse
from tables import written

from assets.coverage.outreach import OUTREACH_SUMMARY, observed_months
from assets.coverage.summary import build_summary
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import BY_NAME, stored_table
from schemas.months import previous
from schemas.registers import TRANSITIONS

ACTIVITIES = stored_table(BY_NAME["outreach"])
USUAL = {"segment": "BPU", "channel": "face_to_face", "region_code": "3201"}
MONTHS = [previous("2024-12", back) for back in range(6, -1, -1)]  # June to December; held in September
ACTIVE = [previous("2024-12", back) for back in range(9, -1, -1)]  # from March: of them somebody may enter since June
NOTHING = "activity_id"


def held(root: Path, activities: Mapping[str, str], transitions: Mapping[str, str]) -> Warehouse:
    """A warehouse with these deliveries by month; activities are meetings for BPU in 3201 unless drawn."""
    store = warehouse(root)
    for month, text in activities.items():
        given(store, ACTIVITIES, text, month, **(USUAL | {"held_on": date.fromisoformat(f"{month}-15")}))
    for month, text in transitions.items():
        given(store, TRANSITIONS, text, month, is_restated=False)
    return store


def outreach(root: Path, activities: Mapping[str, str], transitions: Mapping[str, str] | None = None) -> pl.DataFrame:
    return build(held(root, activities, transitions or {}), OUTREACH_SUMMARY)


def nation(frame: pl.DataFrame, *columns: str, **where: object) -> list[str]:
    return figures(frame, *columns, **({"province_code": "ID"} | where))


# --- what was done -------------------------------------------------------------------------------------------------

ACTIVITIES_DRAWN = """
    activity_id | region_code | segment | channel   | reach_persons | cost_idr
    A1          | 3201        | BPU     | app       | 100           | 1000
    A2          | 3201        | BPU     | app       | 10            | 500
    A3          | 3201        | BPU     | messaging | 1             | 30
    A4          | 3202        | BPU     | app       | 20            | 40
    A5          | 3171        | PU      | app       | 7             | 70
"""


def test_activities_are_added_by_province_segment_and_channel(tmp_path):
    found = outreach(tmp_path, {"2024-12": ACTIVITIES_DRAWN})
    columns = ("province_code", "segment", "channel", "activities", "regencies", "reach_persons", "cost_idr")
    assert figures(found, *columns, held_month=date(2024, 12, 1)) == [
        "31 | PU | all | 1 | 1 | 7 | 70",
        "31 | PU | app | 1 | 1 | 7 | 70",
        "32 | BPU | all | 4 | 2 | 131 | 1570",
        "32 | BPU | app | 3 | 2 | 130 | 1540",
        "32 | BPU | messaging | 1 | 1 | 1 | 30",
        "ID | BPU | all | 4 | 2 | 131 | 1570",
        "ID | BPU | app | 3 | 2 | 130 | 1540",
        "ID | BPU | messaging | 1 | 1 | 1 | 30",
        "ID | PU | all | 1 | 1 | 7 | 70",
        "ID | PU | app | 1 | 1 | 7 | 70",
    ]


def test_missing_reach_and_cost_are_not_zero(tmp_path):
    assert nation(outreach(tmp_path, {"2024-12": "activity_id\nA1"}), "reach_persons", "cost_idr", channel="all") == [
        "|"
    ]


UNTOLD = """
    activity_id | region_code | channel   | reach_persons | cost_idr
    A1          | 3201        | app       | 100           | 1000
    A2          | 3201        | app       |               | 500
    A3          | 3201        | messaging | 1             |
    A4          | 3171        | app       | 7             | 70
"""


def test_a_reported_part_is_not_used_as_the_whole(tmp_path):
    """Cost per enrolment too: 3 entered in November in 3201, after 1,500 for the app, and something for messages."""
    found = outreach(tmp_path, {"2024-10": UNTOLD}, {"2024-11": ENTERED, "2024-12": NOBODY})
    columns = ("province_code", "channel", "reach_persons", "cost_idr", "cost_per_enrolment_idr")
    assert figures(found, *columns, held_month=date(2024, 10, 1)) == [
        "31 | all | 7 | 70 |",
        "31 | app | 7 | 70 |",
        "32 | all |  |  |",
        "32 | app |  | 1500 | 500.0",
        "32 | messaging | 1 |  |",
        "ID | all |  |  |",
        "ID | app |  | 1570 | " + str(1570 / 3),
        "ID | messaging | 1 |  |",
    ]


def test_no_cost_of_an_effect_where_one_compared_activity_has_none(tmp_path):
    found = outreach(tmp_path, activities(m09="activity_id | cost_idr\nA1 | 800\nA2 |"), membership(CALM, STIRRED))
    assert nation(found, "additional_enrolments", "cost_per_additional_idr", channel="all") == ["20.0 |"]


def test_activities_belong_to_the_month_they_were_held_in(tmp_path):
    found = outreach(
        tmp_path,
        {"2024-12": "activity_id | held_on\nA1 | 2024-12-31\nA2 | 2024-11-01\nA3 | 2024-09-01\nA4 | 2024-08-31"},
    )
    columns = ("month", "held_month", "activities", "months_observed")
    assert nation(found, *columns, channel="all") == [
        "2024-12-01 | 2024-09-01 | 1 | 0",
        "2024-12-01 | 2024-11-01 | 1 | 0",
        "2024-12-01 | 2024-12-01 | 1 | 0",
    ]


def test_an_activity_delivered_again_counts_once_as_delivered_last(tmp_path):
    drawn = "activity_id | held_on | reach_persons\nA1 | 2024-10-05 | {}"
    found = outreach(tmp_path, {"2024-10": drawn.format(5), "2024-12": drawn.format(9), "2024-11": drawn.format(7)})
    assert nation(found, "activities", "reach_persons", channel="all") == ["1 | 9"]


NOBODY = "kind | persons"

# --- who entered since ---------------------------------------------------------------------------------------------

ENTERED = """
    kind       | region_before | segment_before | region_now | segment_now | persons
    entered    |               |                | 3201       | BPU         | 1
    re_entered |               |                | 3201       | BPU         | 2
    entered    |               |                | 3201       | PU          | 4
    entered    |               |                | 3202       | BPU         | 8
    stayed     | 3202          | BPU            | 3201       | BPU         | 16
    left_ended | 3201          | BPU            |            |             | 32
    entered    |               |                | 0000       | BPU         | 64
"""


def test_new_enrolments_entered_the_segment_in_the_regencies_of_the_activity(tmp_path):
    """October: 3 in November and 3 in December; December's own month is not yet after it."""
    entered = dict.fromkeys(MONTHS, ENTERED)
    found = outreach(tmp_path, {"2024-10": "activity_id | cost_idr\nA1 | 600", "2024-12": "activity_id\nA2"}, entered)
    columns = ("held_month", "months_observed", "new_enrolments", "cost_per_enrolment_idr")
    assert nation(found, *columns, channel="all") == ["2024-10-01 | 2 | 6 | 100.0", "2024-12-01 | 0 |  |"]


def test_a_regency_with_two_channels_counts_in_each_and_once_in_all(tmp_path):
    drawn = (
        "activity_id | channel | region_code\nA1 | app | 3201\nA2 | messaging | 3201\nA3 | app | 3202\nA4 | app | 3171"
    )
    found = outreach(tmp_path, {"2024-11": drawn}, {"2024-12": ENTERED})
    assert nation(found, "channel", "new_enrolments") == ["all | 11", "app | 11", "messaging | 3"]
    assert figures(found, "channel", "new_enrolments", province_code="31") == ["all | 0", "app | 0"]


def test_months_are_observed_as_far_as_they_are_there_without_a_gap(tmp_path):
    found = outreach(tmp_path, {"2024-09": "activity_id\nA1"}, {"2024-10": ENTERED, "2024-12": ENTERED})
    assert nation(found, "months_observed", "new_enrolments", channel="all") == ["1 | 3"]
    blind = outreach(tmp_path / "blind", {"2024-09": "activity_id\nA1"}, {"2024-11": ENTERED, "2024-12": ENTERED})
    assert nation(blind, "months_observed", "new_enrolments", channel="all") == ["0 |"]


# --- what was seen to follow ---------------------------------------------------------------------------------------

TREATED = "3201"
OTHERS = [f"32{region:02d}" for region in range(2, 12)]  # ten to compare with


def membership(before: Mapping[str, int], after: Mapping[str, int], base: int = 100) -> dict[str, str]:
    """Transitions of June to December: `base` in each regency, entrants of July (before) and October (after)."""
    staying = [f"stayed | {code} | BPU | {code} | BPU | {base}" for code in (TREATED, *OTHERS)]
    rows = {month: list(staying) for month in MONTHS}
    for month, entrants in (("2024-07", before), ("2024-10", after)):
        rows[month] += [f"entered | | | {code} | BPU | {persons}" for code, persons in entrants.items()]
    header = "kind | region_before | segment_before | region_now | segment_now | persons"
    return {month: "\n".join([header, *lines]) for month, lines in rows.items()}


def activities(**drawn: str) -> dict[str, str]:
    """Deliveries of March to December: an activity of 3201 in September that cost 800, and what is drawn instead."""
    usual = dict.fromkeys(ACTIVE, NOTHING) | {"2024-09": "activity_id | cost_idr\nA1 | 800"}
    return usual | {f"2024-{month[1:]}": text for month, text in drawn.items()}


# five of the ten have one entrant more than before, five one less: the rate of the comparison is 0
CALM = dict.fromkeys((TREATED, *OTHERS), 5)
STIRRED = {code: 6 if region % 2 else 4 for region, code in enumerate(OTHERS)} | {TREATED: 25}
EFFECT = ("treated_regencies", "comparison_regencies", "additional_enrolments", "cost_per_additional_idr")


def test_the_effect_is_what_the_regency_gained_above_those_without_activity(tmp_path):
    """20 more than before against none: 20 for 800 rupiah."""
    found = outreach(tmp_path, activities(), membership(CALM, STIRRED))
    assert nation(found, *EFFECT, channel="all") == ["1 | 10 | 20.0 | 40.0"]
    assert nation(found, *EFFECT, channel="face_to_face") == ["1 | 10 | 20.0 | 40.0"]


def test_what_all_regencies_gained_is_no_effect(tmp_path):
    found = outreach(tmp_path, activities(), membership(CALM, {code: n + 10 for code, n in STIRRED.items()}))
    assert nation(found, "additional_enrolments", channel="all") == ["20.0"]


def test_the_bounds_are_those_of_how_the_comparison_strays(tmp_path):
    """Squares 10 x 10/9; the regency a tenth of the base, the rate a hundredth of it; 20 by themselves; t of 9 is 2.262."""
    row = outreach(tmp_path, activities(), membership(CALM, STIRRED)).filter(province_code="ID", channel="all")
    error = sqrt(100 / 9 / 10 + 100 / 9 / 100 + 20)
    assert row["additional_error"].item() == pytest.approx(error, abs=1e-9)
    assert row["additional_low"].item() == pytest.approx(20 - 2.262 * error, abs=0.01)
    assert row["additional_high"].item() == pytest.approx(20 + 2.262 * error, abs=0.01)


def test_no_cost_of_an_effect_that_may_be_none(tmp_path):
    found = outreach(tmp_path, activities(), membership(CALM, STIRRED | {TREATED: 8}))
    row = found.filter(province_code="ID", channel="all")
    assert row["additional_low"].item() < 0 < row["additional_enrolments"].item()
    assert row["cost_per_additional_idr"].item() is None


@pytest.mark.parametrize("month", ["03", "06", "08", "10", "12"])
def test_a_regency_with_an_activity_from_six_months_before_to_three_after_is_not_compared(tmp_path, month):
    found = outreach(tmp_path, activities(**{f"m{month}": "activity_id\nA2"}), membership(CALM, STIRRED))
    assert nation(found, "treated_regencies", "comparison_regencies", held_month=date(2024, 9, 1)) == ["|", "|"]


def test_those_who_entered_after_an_activity_of_may_are_no_usual_entrants_of_a_regency_it_is_compared_with(tmp_path):
    """3211 had an activity in May: what it won entered in June to August, and would be missed after September."""
    others = [*OTHERS, "3213"]
    calm, stirred = dict.fromkeys((TREATED, *others), 5), dict.fromkeys(others, 5) | {TREATED: 25}
    won = membership(calm | {"3211": 45}, stirred)
    won = {month: f"{text}\nstayed | 3213 | BPU | 3213 | BPU | 100" for month, text in won.items()}
    found = outreach(tmp_path, activities(m05="activity_id | region_code\nA2 | 3211"), won)
    where = {"channel": "all", "held_month": date(2024, 9, 1)}
    assert nation(found, "comparison_regencies", "additional_enrolments", **where) == ["10 | 20.0"]


def test_two_channels_in_the_month_are_only_compared_together(tmp_path):
    drawn = "activity_id | channel\nA1 | app\nA2 | messaging"
    found = outreach(tmp_path, activities(m09=drawn), membership(CALM, STIRRED))
    assert nation(found, "channel", "treated_regencies", "additional_enrolments") == [
        "all | 1 | 20.0",
        "app |  |",
        "messaging |  |",
    ]


def test_a_regency_with_an_activity_is_no_comparison_but_one_for_another_segment_is(tmp_path):
    eleven = {**CALM, "3212": 5}
    changed = {**STIRRED, "3212": 5}
    base = membership(eleven, changed)
    base = {month: f"{text}\nstayed | 3212 | BPU | 3212 | BPU | 100" for month, text in base.items()}
    quiet = outreach(tmp_path / "1", activities(m12="activity_id | region_code | segment\nA2 | 3212 | PU"), base)
    busy = outreach(tmp_path / "2", activities(m12="activity_id | region_code | segment\nA2 | 3212 | BPU"), base)
    where = {"channel": "all", "segment": "BPU", "held_month": date(2024, 9, 1)}
    assert nation(quiet, "comparison_regencies", **where) == ["11"]
    assert nation(busy, "comparison_regencies", **where) == ["10"]


def test_a_province_needs_two_treated_regencies_and_is_compared_with_the_nation(tmp_path):
    drawn = "activity_id | region_code\nA1 | 3201\nA2 | 3171"
    moved = {
        month: f"{text}\nstayed | 3171 | BPU | 3171 | BPU | 100" for month, text in membership(CALM, STIRRED).items()
    }
    found = outreach(tmp_path / "1", activities(m09=drawn), moved)
    columns = ("province_code", "treated_regencies", "additional_enrolments")
    assert figures(found, *columns, channel="all") == ["31 |  |", "32 |  |", "ID | 2 | 20.0"]
    both = {month: text.replace("3171", "3212") for month, text in moved.items()}
    found = outreach(tmp_path / "2", activities(m09=drawn.replace("3171", "3212")), both)
    assert figures(found, *columns, channel="all") == ["32 | 2 | 20.0", "ID | 2 | 20.0"]


def test_fewer_than_ten_to_compare_with_are_too_few(tmp_path):
    less = {month: text.replace("3211", "0000") for month, text in membership(CALM, STIRRED).items()}
    assert nation(outreach(tmp_path, activities(), less), "treated_regencies", channel="all") == [""]


def test_regencies_with_fewer_than_thirty_persons_are_not_compared(tmp_path):
    small = membership(CALM, STIRRED, base=29)
    assert nation(outreach(tmp_path / "1", activities(), small), "treated_regencies", channel="all") == [""]
    enough = membership(CALM, STIRRED, base=30)
    assert nation(outreach(tmp_path / "2", activities(), enough), "treated_regencies", channel="all") == ["1"]


NEEDED = {"activities": ACTIVE, "transitions": MONTHS}


@pytest.mark.parametrize(("what", "missing"), [(what, month) for what, months in NEEDED.items() for month in months])
def test_no_effect_without_all_these_months(what, missing):
    """A month that was not delivered is unknown, not without activity."""
    assert observed_months("2024-12", NEEDED)["is_compared"].to_list() == [False, False, False, True]
    chosen = NEEDED | {what: [month for month in NEEDED[what] if month != missing]}
    assert not observed_months("2024-12", chosen)["is_compared"].any()


# --- what was delivered --------------------------------------------------------------------------------------------


def test_without_activities_in_four_months_the_table_gives_the_reason(tmp_path):
    store = held(tmp_path, {"2024-08": "activity_id\nA1"}, {})
    reason = build_summary(store, "2024-12", OUTREACH_SUMMARY).reason
    assert reason.startswith("no outreach was delivered for 2024-12")
    row = pl.read_parquet(store.files("outreach", "2024-12"))
    kept = row.select("held_month", "province_code", "segment", "channel", "activities", "availability")
    assert written(kept) == ["2024-12-01 | ID | all | all |  | not_available"]


def test_deliveries_without_an_activity_are_no_rows(tmp_path):
    assert outreach(tmp_path, {"2024-12": NOTHING}).is_empty()
