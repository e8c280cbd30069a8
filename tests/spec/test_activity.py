"""Members of any status, who of them is protected, and how long the others are dormant, through the real SQL."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from summaries import build, explained, figures, given, given_frame, given_persons, warehouse
from tables import drawn, memberships

from assets.coverage.activity import ACTIVITY_SUMMARY, parts_add_up
from assets.registers.persons import build_persons
from assets.warehouse import Warehouse
from schemas.registers import MEMBERSHIPS, TRANSITIONS
from schemas.summaries.activity import DORMANT

ALL = {"payer": "all", "channel": "all"}
COUNTS = ("member_persons", "protected_persons", "dormant_persons", "grace_persons", *DORMANT, "re_entered_persons")
USUAL = {"segment": "BPU", "home_region": "3201", "payer": "self", "channel": "agent", "dormant_months": 0}


def held(root: Path, persons: str, changes: str | None = None) -> Warehouse:
    """A warehouse with the persons of December (BPU of 3201 unless drawn), and the changes since November where given."""
    there = warehouse(root)
    given_persons(there, persons, **USUAL)
    if changes is not None:
        given(there, TRANSITIONS, changes, is_restated=False, segment_now="BPU", region_now="3201", payer_now="self")
    return there


def activity(root: Path, persons: str, changes: str | None = None) -> pl.DataFrame:
    return build(held(root, persons, changes), ACTIVITY_SUMMARY)


# --- since when a person is dormant ----------------------------------------------------------------------------------

SINCE = """
    segment | paid_through | end_date   | status    | dormant
    PU      | 2024-09      |            | protected | 0
    PU      | 2024-08      |            | lapsed    | 1
    PU      | 2022-08      |            | lapsed    | 25
    PU      | 2024-12      | 2024-12-15 | ended     | 1
    PU      | 2024-12      | 2024-11-01 | ended     | 2
    PU      | 2024-01      | 2024-12-15 | ended     | 8
    PU      | 2024-12      | 2025-01-01 | protected | 0
    BPU     | 2024-12      |            | protected | 0
    BPU     | 2024-11      |            | grace     | 1
    BPU     | 2024-09      |            | grace     | 3
    BPU     | 2024-08      |            | lapsed    | 4
    BPU     | 2025-03      | 2024-06-30 | ended     | 7
    JAKON   |              | 2025-01-01 | protected | 0
    JAKON   |              | 2024-12-31 | ended     | 1
    PMI     |              | 2023-12-01 | ended     | 13
"""


def persons_of(root: Path, text: str) -> pl.DataFrame:
    there = warehouse(root)
    given_frame(there, MEMBERSHIPS, memberships(text), "2024-12")
    build_persons(there, "2024-12")
    return explained(pl.read_parquet(there.files("persons", "2024-12"))).sort("person_id")


def test_a_membership_is_dormant_since_the_last_month_at_whose_end_it_was_protected(tmp_path):
    rows = drawn(SINCE)
    text = "\n".join(["segment | paid_through | end_date", *(row.rsplit(" | ", 2)[0] for row in rows)])
    found = persons_of(tmp_path, text)
    expected = [tuple(row.rsplit(" | ", 2)[1:]) for row in rows]
    assert [(row["status"], str(row["dormant_months"])) for row in found.iter_rows(named=True)] == expected


SEVERAL = """
    person_id | segment | paid_through | end_date
    1         | PU      | 2022-01      |
    1         | BPU     | 2024-12      |
    2         | PU      | 2022-01      |
    2         | BPU     | 2024-11      |
    3         | BPU     | 2023-06      | 2024-12-01
    3         | PU      | 2024-01      | 2024-10-01
"""


def test_a_person_is_dormant_as_long_as_every_membership(tmp_path):
    found = persons_of(tmp_path, SEVERAL)
    assert figures(found, "person_id", "status", "segment", "dormant_months") == [
        "1 | protected | BPU | 0",
        "2 | grace | BPU | 1",
        "3 | ended | PU | 8",
    ]


# --- the table -------------------------------------------------------------------------------------------------------

MEMBERS = """
    person_id | status    | dormant_months
    1         | protected | 0
    2         | protected | 0
    3         | grace     | 1
    4         | grace     | 3
    5         | ended     | 3
    6         | lapsed    | 4
    7         | lapsed    | 6
    8         | lapsed    | 7
    9         | lapsed    | 12
    10        | ended     | 13
    11        | ended     | 24
    12        | ended     | 25
    13        | ended     | 300
"""


def test_every_member_is_protected_or_dormant_for_some_time(tmp_path):
    found = activity(tmp_path, MEMBERS, "kind | persons\nre_entered | 1\nentered | 1\nstayed | 0")
    every = figures(found, *COUNTS, "active_ratio", province_code="ID", segment="BPU", **ALL)
    assert every == [f"13 | 2 | 11 | 2 | 3 | 2 | 2 | 2 | 2 | 1 | {2 / 13}"]


MIXED = """
    person_id | segment | status    | dormant_months | home_region | payer        | channel
    1         | PU      | protected | 0              | 3201        | employer     | web
    2         | JAKON   | ended     | 2              | 3201        | employer     |
    3         | BPU     | grace     | 1              | 3404        | self         | agent
    4         | BPU     | protected | 0              |             | village_fund | branch
    5         | PMI     | ended     | 30             | 3404        |              | app
"""


def test_groups_of_segments_and_regions_add_up_and_migrants_are_in_their_own_row_alone(tmp_path):
    found = activity(tmp_path, MIXED)
    assert figures(found, "province_code", "segment", "member_persons", "protected_persons", **ALL) == [
        "00 | BPU | 1 | 1",
        "00 | all | 1 | 1",
        "00 | informal | 1 | 1",
        "32 | JAKON | 1 | 0",
        "32 | PU | 1 | 1",
        "32 | all | 2 | 1",
        "32 | formal | 2 | 1",
        "34 | BPU | 1 | 0",
        "34 | PMI | 1 | 0",
        "34 | all | 1 | 0",
        "34 | informal | 1 | 0",
        "ID | BPU | 2 | 1",
        "ID | JAKON | 1 | 0",
        "ID | PMI | 1 | 0",
        "ID | PU | 1 | 1",
        "ID | all | 4 | 2",
        "ID | formal | 2 | 1",
        "ID | informal | 2 | 1",
    ]
    assert parts_add_up(found) == []


def test_payers_and_channels_are_of_the_nation_and_what_is_not_known_is_not_stated(tmp_path):
    found = activity(tmp_path, MIXED).filter((pl.col("payer") != "all") | (pl.col("channel") != "all"))
    assert found["province_code"].unique().to_list() == ["ID"]
    assert figures(found, "payer", "channel", "member_persons", segment="all") == [
        "all | agent | 1",
        "all | branch | 1",
        "all | not_stated | 1",
        "all | web | 1",
        "employer | all | 2",
        "self | all | 1",
        "village_fund | all | 1",
    ]
    assert figures(found, "payer", "channel", "member_persons", segment="PMI") == [
        "all | app | 1",
        "not_stated | all | 1",
    ]


RETURNED = """
    kind       | region_now | payer_now    | channel_now | persons
    re_entered | 3404       | self         | agent       | 1
    re_entered |            | village_fund |             | 1
    entered    | 3404       | self         | agent       | 4
    stayed     | 3404       | self         | agent       | 5
"""
TWO = "person_id | status | home_region | payer | channel\n1 | protected | 3404 | self | agent\n2 | protected | | village_fund |"


def test_who_returned_is_counted_where_payer_and_channel_are_now(tmp_path):
    there = held(tmp_path, TWO)
    given(
        there,
        TRANSITIONS,
        RETURNED.replace("|            | v", "| 0000       | v"),
        is_restated=False,
        segment_now="BPU",
    )
    found = build(there, ACTIVITY_SUMMARY)
    assert figures(found, "province_code", "payer", "channel", "re_entered_persons", segment="BPU") == [
        "00 | all | all | 1",
        "34 | all | all | 1",
        "ID | all | agent | 1",
        "ID | all | all | 2",
        "ID | all | not_stated | 1",
        "ID | self | all | 1",
        "ID | village_fund | all | 1",
    ]


def test_without_the_month_before_who_returned_is_not_known(tmp_path):
    found = activity(tmp_path, MEMBERS)
    assert found["re_entered_persons"].null_count() == found.height
    assert found["availability"].unique().to_list() == ["available"]
    compared = activity(tmp_path / "compared", MEMBERS, "kind | persons\nstayed | 2")
    assert compared["re_entered_persons"].unique().to_list() == [0]


def test_a_table_whose_parts_do_not_add_up_is_named(tmp_path):
    found = activity(tmp_path, MIXED)
    off = (pl.col("province_code") == "32") & (pl.col("segment") == "PU")
    [problem] = parts_add_up(
        found.with_columns(pl.when(off).then(7).otherwise("member_persons").alias("member_persons"))
    )[:1]
    assert problem.startswith("provinces do not add up to their total: member_persons")


@pytest.mark.parametrize("of", ["segment", "payer", "channel"])
def test_no_key_is_empty(tmp_path, of):
    assert activity(tmp_path, MIXED)[of].null_count() == 0


def test_the_month_is_the_month_of_the_register(tmp_path):
    assert activity(tmp_path, MEMBERS)["month"].unique().to_list() == [date(2024, 12, 1)]
