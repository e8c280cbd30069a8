"""Persons who entered in a month and are still protected in December 2024, through the real SQL; and months that cannot be observed yet."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from summaries import build, figures, given, given_persons, warehouse
from tables import drawn, stored, written

from assets.coverage.retention import RETENTION_SUMMARY, completed
from assets.warehouse import Warehouse
from schemas.registers import ENTRANTS
from schemas.summaries.retention import RETENTION

COUNTS = ("months_since_entry", "entrants_persons", "retained_persons", "retained_ratio")
ALL = {"segment": "all", "payer": "all"}


def held(root: Path, persons: str, **cohorts: str) -> Warehouse:
    """A warehouse with the persons of December (protected unless drawn) and entrants by month (`m2024_11`)."""
    there = warehouse(root)
    given_persons(there, persons, status="protected", segment="BPU")
    for name, text in cohorts.items():
        given(there, ENTRANTS, text, name[1:].replace("_", "-"), segment="BPU", payer="self")
    return there


def retention(root: Path, persons: str, **cohorts: str) -> pl.DataFrame:
    return build(held(root, persons, **cohorts), RETENTION_SUMMARY)


ENTERED = """
    person_id | membership_key
    1         | 11
    2         | 22
    3         | 33
    4         | 44
"""
REGISTER = """
    person_id | membership_key | status
    1         | 11             | protected
    2         | 22             | grace
    3         | 33             | ended
    9         | 99             | protected
"""


def test_retained_are_the_entrants_protected_now(tmp_path):
    found = retention(tmp_path, REGISTER, m2024_09=ENTERED)
    assert figures(found, "month", "cohort_month", *COUNTS, **ALL) == ["2024-12-01 | 2024-09-01 | 3 | 4 | 1 | 0.25"]


def test_every_cohort_is_followed_for_24_months(tmp_path):
    one = "person_id | membership_key\n1 | 11"
    found = retention(tmp_path, REGISTER, m2022_11=one, m2022_12=one, m2023_12=one, m2024_12=one)
    assert figures(found, "cohort_month", "months_since_entry", **ALL) == [
        "2022-12-01 | 24",
        "2023-12-01 | 12",
        "2024-12-01 | 0",
    ]


def test_who_enters_later_is_no_cohort_of_this_month(tmp_path):
    one = "person_id | membership_key\n1 | 11"
    found = retention(tmp_path, REGISTER, m2024_12=one, m2025_01=one)
    assert figures(found, "cohort_month", **ALL) == ["2024-12-01"]


def test_protected_in_another_segment_is_retained_in_the_segment_of_entry(tmp_path):
    persons = "person_id | membership_key | segment\n1 | 11 | PU"
    found = retention(tmp_path, persons, m2024_11="person_id | membership_key\n1 | 11")
    assert figures(found, "segment", "retained_persons", payer="all") == ["BPU | 1", "all | 1"]


FOUND = """
    what                                    | person_id | membership_key | status    | retained
    the same person                         | 1         | 11             | protected | 1
    with another membership                 | 1         | 12             | protected | 1
    a corrected NIK, the same membership    | 2         | 11             | protected | 1
    a corrected NIK, unpaid                 | 2         | 11             | lapsed    | 0
    somebody else                           | 2         | 22             | protected | 0
"""


@pytest.mark.parametrize("row", drawn(FOUND))
def test_a_person_is_found_by_identity_else_by_membership(tmp_path, row):
    _, person, membership, status, retained = row.split(" | ")
    persons = f"person_id | membership_key | status\n{person} | {membership} | {status}"
    found = retention(tmp_path, persons, m2024_11="person_id | membership_key\n1 | 11")
    assert figures(found, "entrants_persons", "retained_persons", **ALL) == [f"1 | {retained}"]


def test_the_membership_is_asked_only_of_persons_who_are_not_found(tmp_path):
    """Person 1 is in the register and unpaid; that another person shows the membership 11 now changes nothing."""
    persons = "person_id | membership_key | status\n1 | 12 | lapsed\n2 | 11 | protected"
    found = retention(tmp_path, persons, m2024_11="person_id | membership_key\n1 | 11")
    assert figures(found, "retained_persons", **ALL) == ["0"]


def test_a_person_of_two_cohorts_is_followed_in_both(tmp_path):
    one = "person_id | membership_key\n1 | 11"
    found = retention(tmp_path, REGISTER, m2024_10=one, m2024_12=one)
    assert figures(found, "cohort_month", "retained_persons", **ALL) == ["2024-10-01 | 1", "2024-12-01 | 1"]


MIXED = """
    person_id | membership_key | segment | payer
    1         | 11             | PU      | employer
    2         | 22             | JAKON   | employer
    3         | 33             | BPU     | village_fund
    4         | 44             | BPU     |
    5         | 55             | PMI     | self
"""


def test_all_is_every_segment_but_migrants_abroad_and_a_payer_who_is_not_known_is_not_stated(tmp_path):
    found = retention(tmp_path, REGISTER, m2024_11=MIXED)
    assert figures(found, "segment", "payer", "entrants_persons", "retained_persons", availability="available") == [
        "BPU | all | 2 | 0",
        "BPU | not_stated | 1 | 0",
        "BPU | village_fund | 1 | 0",
        "JAKON | all | 1 | 0",
        "JAKON | employer | 1 | 0",
        "PMI | all | 1 | 0",
        "PMI | self | 1 | 0",
        "PU | all | 1 | 1",
        "PU | employer | 1 | 1",
        "all | all | 4 | 1",
        "all | employer | 2 | 1",
        "all | not_stated | 1 | 0",
        "all | village_fund | 1 | 0",
    ]


def test_without_any_entrants_the_month_is_empty(tmp_path):
    found = retention(tmp_path, REGISTER)
    assert (found.height, found.schema) == (0, RETENTION.storage)
    assert RETENTION.may_be_empty


def test_without_persons_the_table_gives_the_reason(tmp_path):
    there = warehouse(tmp_path)
    given(there, ENTRANTS, ENTERED, "2024-11")
    found = build(there, RETENTION_SUMMARY)
    assert figures(found, "cohort_month", "availability", "reason", **ALL) == [
        "2024-12-01 | not_available | the table persons of 2024-12 is not there: run that month first"
    ]


# --- months not seen -----------------------------------------------------------------------------------------------

SEEN = """
    month   | cohort_month | months_since_entry | entrants_persons | retained_persons | retained_ratio
    2024-10 | 2024-10      | 0                  | 10               | 10               | 1.0
    2024-12 | 2024-10      | 2                  | 12               | 6                | 0.5
"""


def seen(text: str = SEEN) -> pl.DataFrame:
    return stored(RETENTION, text, segment="BPU", payer="self", availability="available")


def test_every_cohort_has_25_months_and_what_was_not_seen_is_null(tmp_path):
    full = completed(seen()).sort("month")
    assert full.schema == RETENTION.storage
    assert full["months_since_entry"].to_list() == list(range(25))
    assert full["availability"].unique().to_list() == ["available"]
    columns = ("month", "entrants_persons", "retained_persons", "retained_ratio")
    assert written(full.head(4).select(columns)) == [
        "2024-10-01 | 10 | 10 | 1.0",
        "2024-11-01 | 12 |  |",
        "2024-12-01 | 12 | 6 | 0.5",
        "2025-01-01 | 12 |  |",
    ]
    assert full["month"].max() == date(2026, 10, 1)
    assert full["retained_persons"].count() == 2


def test_each_segment_and_payer_of_a_cohort_is_completed_by_itself():
    two = pl.concat([seen(), seen().with_columns(segment=pl.lit("PU")), seen().with_columns(payer=pl.lit("all"))])
    full = completed(two)
    assert full.height == 3 * 25
    assert not full.select(RETENTION.key).is_duplicated().any()


def test_completing_twice_adds_nothing():
    assert completed(completed(seen())).equals(completed(seen()))


MISSING = """
    month   | cohort_month | availability  | reason
    2024-11 | 2024-11      | not_available | nobody was delivered
"""


def test_a_month_that_is_not_available_stays_as_it_is():
    absent = stored(RETENTION, MISSING, segment="all", payer="all")
    assert completed(absent).equals(absent)
    both = completed(pl.concat([absent, seen()]))
    assert both.height == 1 + 25
    assert both.filter(availability="not_available").equals(absent)


def test_a_not_available_row_is_not_replaced_by_a_second_row():
    """The cohort of November is known from December; its own month was not available."""
    absent = stored(RETENTION, MISSING, segment="BPU", payer="self")
    later = seen("""
        month   | cohort_month | months_since_entry | entrants_persons | retained_persons
        2024-12 | 2024-11      | 1                  | 5                | 5
    """)
    both = completed(pl.concat([absent, later]))
    assert not both.select(RETENTION.key).is_duplicated().any()
    assert figures(both, "availability", month=date(2024, 11, 1)) == ["not_available"]


def test_nothing_seen_is_nothing_to_complete():
    assert completed(seen().clear()).height == 0
