"""Vulnerable workers of December 2024, worked out by hand, through the real SQL."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from summaries import build, figures, given, given_persons, given_waves, warehouse
from tables import drawn

from assets.coverage.vulnerable import VULNERABLE
from schemas import code_lists
from schemas.registers import TRANSITIONS
from schemas.summaries.vulnerable import VULNERABLE_WORKERS

NOBODY = "person_id"
TOTAL = {"payer": "all", "vulnerable_basis": "all"}
COUNTS = ("protected_persons", "grace_persons")
CHANGES = ("became_unpaid_persons", "left_persons", "new_persons")


def workers(root: Path, persons: str = NOBODY, changes: str | None = None, *surveys: tuple[str, str]) -> pl.DataFrame:
    """Persons protected as BPU of 3201 unless drawn; transitions and surveys (month, cells) where given."""
    there = warehouse(root)
    given_persons(there, persons, status="protected", segment="BPU", home_region="3201")
    if changes is not None:
        given(there, TRANSITIONS, changes, segment_before="BPU", segment_now="BPU", region_before="3201",
              region_now="3201")  # fmt: skip
    given_waves(there, *surveys, survey_wave=date(2024, 8, 1), region_code="3201", employment_status="1", sex="M",
                age_band="25-34", persons=1000)  # fmt: skip
    found = build(there, VULNERABLE)
    nobody = pl.sum_horizontal(pl.col("potential_persons").fill_null(1), *COUNTS, *CHANGES) == 0
    return found.filter(~nobody | (pl.col("province_code") == "ID"))  # without the provinces that complete the wave


# --- who counts ----------------------------------------------------------------------------------------------------

COUNTED = """
    segment | payer               | vulnerable_basis | counted
    BPU     | self                | farmer           | yes
    BPU     |                     | other            | yes
    BPU     | regional_government |                  | yes
    BPU     | village_fund        |                  | yes
    BPU     | donor               |                  | yes
    BPU     | self                |                  | no
    BPU     | group               |                  | no
    BPU     | employer            |                  | no
    BPU     |                     |                  | no
    PU      | employer            | farmer           | no
    PU      | regional_government |                  | no
    PMI     | donor               | farmer           | no
"""


@pytest.mark.parametrize("row", drawn(COUNTED))
def test_counted_are_informal_workers_named_vulnerable_or_paid_by_a_public_budget_or_donor(tmp_path, row):
    person, _, counted = row.rpartition(" | ")
    found = workers(tmp_path, f"person_id | segment | payer | vulnerable_basis\n1 | {person}")
    assert figures(found, "protected_persons", province_code="ID", **TOTAL) == ["1" if counted == "yes" else "0"]


@pytest.mark.parametrize("row", drawn(COUNTED))
def test_became_unpaid_left_and_new_count_by_the_same_rule(tmp_path, row):
    person, _, counted = row.rpartition(" | ")
    number = "1" if counted == "yes" else "0"
    before = f"kind | segment_before | payer_before | basis_before | persons\nbecame_unpaid | {person} | 1"
    now = f"kind | segment_now | payer_now | basis_now | persons\nentered | {person} | 1"
    for folder, text, column in (("b", before, "became_unpaid_persons"), ("n", now, "new_persons")):
        (tmp_path / folder).mkdir()
        found = workers(tmp_path / folder, NOBODY, text)
        assert figures(found, column, province_code="ID", **TOTAL) == [number]


def test_protected_differs_from_grace_and_lapsed_and_ended_are_neither(tmp_path):
    found = workers(tmp_path, """
        person_id | status    | payer
        1         | protected | donor
        2         | grace     | donor
        3         | grace     | donor
        4         | lapsed    | donor
        5         | ended     | village_fund
    """)  # fmt: skip
    assert figures(found, "payer", *COUNTS, province_code="ID", vulnerable_basis="all") == [
        "all | 1 | 2",
        "donor | 1 | 2",
    ]


KINDS = """
    kind        | persons
    stayed      | 100
    entered     | 1
    re_entered  | 2
    became_unpaid | 4
    left_ended  | 8
    left_absent | 16
"""


def test_left_is_ended_or_absent_and_new_was_not_protected_in_the_previous_month(tmp_path):
    rows = [f"{row} | donor | donor" for row in drawn(KINDS)]
    text = "\n".join(["kind | persons | payer_before | payer_now", *rows])
    assert figures(workers(tmp_path, NOBODY, text), *CHANGES, province_code="ID", **TOTAL) == ["4 | 24 | 3"]


def test_departures_count_by_region_and_payer_of_the_month_before_and_arrivals_by_those_of_now(tmp_path):
    found = workers(tmp_path, NOBODY, """
        kind    | region_before | payer_before | basis_before | region_now | payer_now           | basis_now | persons
        became_unpaid | 3201          | village_fund | fisher       | 3171       | self                | farmer    | 5
        entered | 3201          | self         | farmer       | 3171       | regional_government | driver    | 7
    """)  # fmt: skip
    rows = figures(found, "province_code", "payer", *CHANGES, vulnerable_basis="all")
    assert [row for row in rows if row[:2] != "ID"] == [
        "31 | all | 0 | 0 | 7",
        "31 | regional_government | 0 | 0 | 7",
        "32 | all | 5 | 0 | 0",
        "32 | village_fund | 5 | 0 | 0",
    ]
    assert figures(found, "vulnerable_basis", *CHANGES, province_code="ID", payer="all") == [
        "all | 5 | 0 | 7",
        "driver | 0 | 0 | 7",
        "fisher | 5 | 0 | 0",
    ]


# --- in which rows -------------------------------------------------------------------------------------------------

SPREAD = """
    person_id | home_region | payer        | vulnerable_basis
    1         | 3201        | village_fund | farmer
    2         | 3202        | village_fund |
    3         |             |              | farmer
"""


def test_a_row_states_payer_or_occupation_and_both_for_the_nation_only(tmp_path):
    found = workers(tmp_path, SPREAD)
    columns = ("province_code", "payer", "vulnerable_basis", "protected_persons")
    assert figures(found, *columns, availability="available") == [
        "00 | all | all | 1",
        "00 | all | farmer | 1",
        "00 | not_stated | all | 1",
        "32 | all | all | 2",
        "32 | all | farmer | 1",
        "32 | all | not_stated | 1",
        "32 | village_fund | all | 2",
        "ID | all | all | 3",
        "ID | all | farmer | 2",
        "ID | all | not_stated | 1",
        "ID | not_stated | all | 1",
        "ID | not_stated | farmer | 1",
        "ID | village_fund | all | 2",
        "ID | village_fund | farmer | 1",
        "ID | village_fund | not_stated | 1",
    ]
    assert not found.select(VULNERABLE_WORKERS.key).is_duplicated().any()


def test_codes_of_persons_are_those_of_the_lists():
    assert {"regional_government", "village_fund", "donor"} <= set(code_lists.values("payers"))


# --- out of how many -----------------------------------------------------------------------------------------------

PAID = "person_id | payer | home_region\n1 | donor | 3201\n2 | donor | 3201\n3 | donor | 3171"
SURVEY = """
    region_code | vulnerable_persons | employment_status
    3201        | 5                  | 1
    3201        | 3                  | 5
    3202        | 2                  | 1
    3171        | 10                 | 1
"""


def test_the_potential_is_that_of_the_survey_and_the_gap_what_remains(tmp_path):
    found = workers(tmp_path, PAID, None, ("2024-08", SURVEY))
    columns = ("province_code", "potential_persons", "protected_persons", "coverage_ratio", "gap_persons")
    assert figures(found, *columns, **TOTAL) == [
        "31 | 10 | 1 | 0.1 | 9",
        "32 | 10 | 2 | 0.2 | 8",
        "ID | 20 | 3 | 0.15 | 17",
    ]


def test_potential_ratio_and_gap_exist_only_for_all_payers_and_groups(tmp_path):
    found = workers(tmp_path, PAID, None, ("2024-08", SURVEY))
    parts = found.filter((pl.col("payer") != "all") | (pl.col("vulnerable_basis") != "all"))
    assert parts.height > 0
    assert parts.select("potential_persons", "coverage_ratio", "gap_persons").count().row(0) == (0, 0, 0)


def test_a_province_where_nobody_is_protected_has_coverage_zero(tmp_path):
    text = "region_code | vulnerable_persons\n1101 | 4"
    found = workers(tmp_path, NOBODY, "kind | persons", ("2024-08", text))
    columns = ("province_code", "payer", "protected_persons", "became_unpaid_persons", "coverage_ratio", "gap_persons")
    assert figures(found, *columns, vulnerable_basis="all") == [
        "11 | all | 0 | 0 | 0.0 | 4",
        "ID | all | 0 | 0 | 0.0 | 4",
    ]


def test_a_region_that_is_not_stated_has_no_potential(tmp_path):
    found = workers(tmp_path, "person_id | payer | home_region\n1 | donor |", None, ("2024-08", SURVEY))
    assert figures(found, "potential_persons", "protected_persons", "coverage_ratio", province_code="00", **TOTAL) == [
        "| 1 |"
    ]


def test_a_potential_of_nobody_gives_no_ratio_and_a_negative_gap(tmp_path):
    found = workers(tmp_path, PAID, None, ("2024-08", "region_code | vulnerable_persons\n3201 | 0"))
    where = {"province_code": "32"} | TOTAL
    assert figures(found, "potential_persons", "coverage_ratio", "gap_persons", **where) == ["0 |  | -2"]


def test_if_one_region_is_unknown_its_province_and_the_nation_are_unknown(tmp_path):
    text = "region_code | vulnerable_persons\n3201 | 5\n3202 |\n3171 | 10"
    found = workers(tmp_path, PAID, None, ("2024-08", text))
    assert figures(found, "province_code", "potential_persons", **TOTAL) == ["31 | 10", "32 |", "ID |"]


def test_cells_that_name_no_vulnerable_worker_add_nothing(tmp_path):
    text = "region_code | employment_status | vulnerable_persons\n3201 | 1 | 5\n3201 | 4 |"
    found = workers(tmp_path, PAID, None, ("2024-08", text))
    assert figures(found, "potential_persons", province_code="32", **TOTAL) == ["5"]


def test_some_regencies_do_not_replace_their_province(tmp_path):
    text = "region_code | vulnerable_persons\n32 | 90\n3201 | 5\n31 | 10"
    found = workers(tmp_path, NOBODY, None, ("2024-08", text))
    assert figures(found, "province_code", "potential_persons", **TOTAL) == ["31 | 10", "32 | 90", "ID | 100"]


def test_family_workers_are_excluded_as_in_the_potential(tmp_path):
    text = "region_code | employment_status | eligible_persons | vulnerable_persons\n3201 | 1 | 9 | 5\n3201 | 7 | 9 | 3"
    found = workers(tmp_path, NOBODY, None, ("2024-08", text))
    assert figures(found, "potential_persons", province_code="ID", **TOTAL) == ["5"]


def test_the_newest_wave_up_to_the_month_counts_once_as_delivered_last(tmp_path):
    """Waves of February and August, August delivered twice; and one after the month."""
    deliveries = (
        ("2024-03", "survey_wave | vulnerable_persons\n2024-02 | 1"),
        ("2024-09", "survey_wave | vulnerable_persons\n2024-08 | 2"),
        ("2024-10", "survey_wave | vulnerable_persons\n2024-08 | 4\n2025-02 | 8"),
        ("2025-01", "survey_wave | vulnerable_persons\n2024-11 | 16"),
    )
    found = workers(tmp_path, NOBODY, None, *deliveries)
    assert figures(found, "potential_persons", province_code="ID", **TOTAL) == ["4"]


# --- what may be missing -------------------------------------------------------------------------------------------


def test_without_a_survey_only_the_potential_is_empty(tmp_path):
    found = workers(tmp_path, PAID)
    assert figures(found, "potential_persons", "protected_persons", "coverage_ratio", "gap_persons", "availability",
                   province_code="ID", **TOTAL) == ["| 3 |  |  | available"]  # fmt: skip


def test_without_the_month_before_the_three_changes_are_empty(tmp_path):
    """Empty, not zero; with it and without changes it is zero."""
    (tmp_path / "first").mkdir()
    (tmp_path / "later").mkdir()
    first = workers(tmp_path / "first", PAID)
    later = workers(tmp_path / "later", PAID, "kind | persons")
    assert first.select(CHANGES).count().row(0) == (0, 0, 0)
    assert set(later.select(CHANGES).rows()) == {(0, 0, 0)}


def test_the_nation_has_its_row_even_where_nobody_is_known(tmp_path):
    assert figures(workers(tmp_path), "province_code", "protected_persons", **TOTAL) == ["ID | 0"]


def test_without_persons_the_table_gives_the_reason(tmp_path):
    found = build(warehouse(tmp_path), VULNERABLE)
    assert figures(found, "province_code", "availability", "reason", "protected_persons", **TOTAL) == [
        "ID | not_available | the table persons of 2024-12 is not there: run that month first |"
    ]


def test_the_columns_are_the_declared_ones(tmp_path):
    assert workers(tmp_path, PAID, "kind | persons", ("2024-08", SURVEY)).schema == VULNERABLE_WORKERS.storage
