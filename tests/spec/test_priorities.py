"""Where to go first, on a few regions with gaps that can be counted, through the real SQL."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from summaries import build, figures, given, warehouse
from tables import drawn, written

from assets.coverage.outreach import OUTREACH_SUMMARY
from assets.coverage.priorities import PRIORITIES
from assets.release.protect import Policy, protect
from assets.warehouse import Warehouse
from schemas.extracts.catalogue import BY_NAME, stored_table
from schemas.summaries.coverage import COVERAGE
from schemas.summaries.enterprises import COVERAGE_ENTERPRISE
from schemas.summaries.kur import KUR_LINKAGE
from schemas.summaries.regional import REGIONAL_PROGRAMMES_SUMMARY

ACTIVITIES = stored_table(BY_NAME["outreach"])
CELL = {
    "geography_basis": "home",
    "geography_level": "province",
    "segment": "informal",
    "programme": "any",
    "sex": "all",
    "age_band": "all",
    "denominator_id": "potential",
}
HELD = {"held_on": date(2024, 12, 10), "region_code": "3201", "segment": "BPU"}
EMPLOYERS = {"size_class": "all", "size_basis": "all", "sector": "all", "availability": "available"}
TWO_PROVINCES = """
    geography_level | region_code | segment  | protected_persons | denominator_persons
    nation          | ID          | all      | 400               | 2000
    province        | 31          | informal | 100               | 300
    province        | 32          | informal | 100               | 700
    province        | 31          | formal   | 150               | 500
    province        | 32          | formal   | 50                | 500
"""


def with_coverage(root: Path, cells: str = TWO_PROVINCES) -> Warehouse:
    store = warehouse(root)
    given(store, COVERAGE, cells, **CELL)
    return store


def shown(found: pl.DataFrame, *columns: str, **where: str) -> list[str]:
    """These columns of the rows that are so, sorted, as drawn rows."""
    rows = found.filter(pl.lit(value=True), *(pl.col(name) == value for name, value in where.items()))
    return written(rows.select(columns).sort(pl.all(), nulls_last=True))


# --- rank ----------------------------------------------------------------------------------------------------------


def test_the_largest_gap_comes_first_within_its_segment(tmp_path):
    found = build(with_coverage(tmp_path), PRIORITIES)
    assert shown(found, "segment", "priority_rank", "region_code", "gap_persons") == [
        "formal | 1 | 32 | 450",
        "formal | 2 | 31 | 350",
        "informal | 1 | 32 | 600",
        "informal | 2 | 31 | 200",
    ]


def test_provinces_and_regencies_are_ranked_apart(tmp_path):
    cells = """
        geography_level | region_code | protected_persons | denominator_persons
        province        | 31          | 100               | 300
        regency         | 3171        | 10                | 110
        regency         | 3173        | 10                | 210
    """
    found = build(with_coverage(tmp_path, cells), PRIORITIES)
    assert shown(found, "region_level", "priority_rank", "region_code") == [
        "province | 1 | 31",
        "regency | 1 | 3173",
        "regency | 2 | 3171",
    ]


def test_ties_are_broken_by_code(tmp_path):
    cells = "region_code | protected_persons | denominator_persons\n32 | 5 | 10\n31 | 15 | 20\n33 | 0 | 5"
    found = build(with_coverage(tmp_path, cells), PRIORITIES)
    assert shown(found, "priority_rank", "region_code") == ["1 | 31", "2 | 32", "3 | 33"]


def test_only_a_known_gap_above_zero_is_ranked(tmp_path):
    cells = """
        region_code | protected_persons | denominator_persons
        31          | 9                 | 10
        32          | 10                | 10
        33          | 11                | 10
        34          | 0                 | 0
        35          | 5                 |
        00          | 1                 | 10
    """
    assert shown(build(with_coverage(tmp_path, cells), PRIORITIES), "region_code") == ["31"]


def test_residents_of_any_programme_are_measured_against_the_potential(tmp_path):
    cells = """
        geography_basis | geography_level | segment  | programme | sex | age_band | denominator_id | protected_persons | denominator_persons | region_code
        home            | province        | informal | any       | all | all      | potential      | 1                 | 10                  | 31
        work            | province        | informal | any       | all | all      | potential      | 2                 | 10                  | 31
        home            | province_2020   | informal | any       | all | all      | potential      | 2                 | 10                  | 31
        home            | province        | all      | any       | all | all      | potential      | 2                 | 10                  | 31
        home            | province        | informal | jkk       | all | all      | potential      | 2                 | 10                  | 31
        home            | province        | informal | any       | F   | all      | potential      | 2                 | 10                  | 31
        home            | province        | informal | any       | all | 25-34    | potential      | 2                 | 10                  | 31
        home            | province        | informal | any       | all | all      | employed       | 2                 | 10                  | 31
    """
    found = build(with_coverage(tmp_path, cells), PRIORITIES)
    assert shown(found, "protected_persons", "denominator_persons", "coverage_ratio") == ["1 | 10 | 0.1"]


def test_the_national_effect_is_the_gap_over_the_potential_of_the_nation(tmp_path):
    found = build(with_coverage(tmp_path), PRIORITIES)
    assert shown(found, "region_code", "national_effect", segment="informal") == ["31 | 0.1", "32 | 0.3"]


def test_without_a_potential_of_the_nation_the_effect_is_unknown(tmp_path):
    cells = "region_code | protected_persons | denominator_persons\n31 | 9 | 10"
    assert shown(build(with_coverage(tmp_path, cells), PRIORITIES), "region_code", "national_effect") == ["31 |"]


# --- resources -----------------------------------------------------------------------------------------------------

AT_HAND = ("budget_idr", "affordable_workers", "unprotected_debtors", "outreach_activities", "unenrolled_employers")


def test_what_nobody_delivered_is_empty(tmp_path):
    found = build(with_coverage(tmp_path), PRIORITIES)
    assert found.select(AT_HAND).null_count().row(0) == (4,) * len(AT_HAND)


def test_a_summary_that_is_not_available_counts_as_not_delivered(tmp_path):
    store = with_coverage(tmp_path)
    absent = {"availability": "not_available"}
    given(store, KUR_LINKAGE, "province_code | scheme\nID | all", **absent)
    given(store, COVERAGE_ENTERPRISE, "province_code\nID", **(EMPLOYERS | absent))
    given(store, REGIONAL_PROGRAMMES_SUMMARY, "region_level | region_code\nprovince | 31", budget_idr=5, **absent)
    assert build(store, PRIORITIES).select(AT_HAND).null_count().row(0) == (4,) * len(AT_HAND)


def test_budgets_are_in_the_informal_rows_of_their_region(tmp_path):
    cells = """
        geography_level | region_code | segment  | protected_persons | denominator_persons
        province        | 32          | informal | 100               | 700
        province        | 32          | formal   | 100               | 700
        regency         | 3201        | informal | 10                | 70
        regency         | 3202        | informal | 10                | 70
    """
    budgets = """
        region_level | region_code | budget_idr | affordable_workers
        nation       | ID          | 9          | 9
        province     | 32          | 3_000      | 30
        regency      | 3201        | 1_000      | 10
    """
    store = with_coverage(tmp_path, cells)
    given(store, REGIONAL_PROGRAMMES_SUMMARY, budgets, availability="available")
    assert shown(build(store, PRIORITIES), "region_code", "segment", "budget_idr", "affordable_workers") == [
        "32 | formal |  |",
        "32 | informal | 3000 | 30",
        "3201 | informal | 1000 | 10",
        "3202 | informal |  |",
    ]


DEBTORS = """
    province_code | scheme | debtors | protected_debtors
    ID            | all    | 90      | 40
    31            | all    | 90      | 40
    31            | mikro  | 80      | 30
"""


def test_debtors_without_protection_are_in_the_informal_rows_and_none_is_zero(tmp_path):
    """Debtors are known for the nation, and none of them lives in province 32."""
    store = with_coverage(tmp_path)
    given(store, KUR_LINKAGE, DEBTORS, availability="available")
    assert shown(build(store, PRIORITIES), "segment", "region_code", "unprotected_debtors") == [
        "formal | 31 |",
        "formal | 32 |",
        "informal | 31 | 50",
        "informal | 32 | 0",
    ]


def test_employers_without_a_protected_worker_are_in_the_formal_rows(tmp_path):
    employers = """
        province_code | size_class | size_basis | sector  | employers | enrolled_employers
        ID            | all        | all        | all     | 50        | 20
        31            | all        | all        | all     | 50        | 20
        31            | micro      | all        | all     | 40        | 15
        31            | all        | sales      | all     | 40        | 15
        31            | all        | all        | 2020:A  | 40        | 15
    """
    store = with_coverage(tmp_path)
    given(store, COVERAGE_ENTERPRISE, employers, **EMPLOYERS)
    assert shown(build(store, PRIORITIES), "segment", "region_code", "unenrolled_employers") == [
        "formal | 31 | 30",
        "formal | 32 | 0",
        "informal | 31 |",
        "informal | 32 |",
    ]


def test_debtors_and_employers_are_known_by_province_only(tmp_path):
    cells = "geography_level | region_code | protected_persons | denominator_persons\nregency | 3171 | 10 | 110"
    store = with_coverage(tmp_path, cells)
    given(store, KUR_LINKAGE, DEBTORS, availability="available")
    assert shown(build(store, PRIORITIES), "region_code", "unprotected_debtors") == ["3171 |"]


SEGMENTS = """
    activity_id | segment | region_code
    A1          | BPU     | 3201
    A2          | BPU     | 3202
    A3          | PU      | 3201
    A4          | JAKON   | 3201
    A5          | PMI     | 3201
"""


def test_activities_count_for_the_region_and_its_province_by_the_segment_they_addressed(tmp_path):
    cells = """
        geography_level | region_code | segment  | protected_persons | denominator_persons
        province        | 32          | formal   | 1                 | 9
        province        | 32          | informal | 1                 | 9
        regency         | 3201        | formal   | 1                 | 9
        regency         | 3201        | informal | 1                 | 9
        regency         | 3203        | informal | 1                 | 9
    """
    store = with_coverage(tmp_path, cells)
    given(store, ACTIVITIES, SEGMENTS, **HELD)
    assert shown(build(store, PRIORITIES), "region_code", "segment", "outreach_activities") == [
        "32 | formal | 2",
        "32 | informal | 2",
        "3201 | formal | 2",
        "3201 | informal | 1",
        "3203 | informal | 0",
    ]


def test_activities_of_this_and_the_two_months_before_count_once(tmp_path):
    """One held in September and delivered in October is too old; one delivered again counts once."""
    store = with_coverage(tmp_path)
    given(store, ACTIVITIES, "activity_id | held_on\nA1 | 2024-09-30\nA2 | 2024-10-01", "2024-10", **HELD)
    given(store, ACTIVITIES, "activity_id | held_on\nA2 | 2024-10-01\nA3 | 2024-11-05", "2024-11", **HELD)
    given(store, ACTIVITIES, "activity_id | held_on\nA4 | 2024-12-31", **HELD)
    given(store, ACTIVITIES, "activity_id | held_on\nA5 | 2025-01-01", "2025-01", **HELD)
    assert shown(build(store, PRIORITIES), "outreach_activities", region_code="32", segment="informal") == ["3"]


CORRECTED = """
    what                        | held_on    | region_code | segment | channel | counted
    the same again              | 2024-11-05 | 3201        | BPU     | app     | 3201 informal
    another regency             | 2024-11-05 | 3202        | BPU     | app     | 3202 informal
    another province            | 2024-11-05 | 3171        | BPU     | app     |
    another segment             | 2024-11-05 | 3201        | PU      | app     | 3201 formal
    another channel             | 2024-11-05 | 3201        | BPU     | radio   | 3201 informal
    another month, too long ago | 2024-09-05 | 3201        | BPU     | app     |
    another month of the three  | 2024-10-05 | 3201        | BPU     | app     | 3201 informal
"""


@pytest.mark.parametrize("row", drawn(CORRECTED))
def test_a_corrected_activity_counts_once_as_delivered_last_as_in_outreach(tmp_path, row):
    """Delivered with November as a meeting for own-account workers in 3201, and corrected with December."""
    _, held_on, region, segment, channel, counted = (cell.strip() for cell in row.split("|"))
    header = "geography_level | region_code | segment | protected_persons | denominator_persons"
    regions = [
        f"{level} | {code} | {group} | 1 | 9"
        for level, code in (("province", "32"), ("regency", "3201"), ("regency", "3202"))
        for group in ("formal", "informal")
    ]
    store = with_coverage(tmp_path, "\n".join([header, *regions]))
    columns = "activity_id | held_on | region_code | segment | channel"
    given(store, ACTIVITIES, f"{columns}\nA1 | 2024-11-05 | 3201 | BPU | app", "2024-11")
    given(store, ACTIVITIES, f"{columns}\nA1 | {held_on} | {region} | {segment} | {channel}")
    rows = shown(build(store, PRIORITIES), "region_code", "segment", "outreach_activities")
    region_of, group = counted.split() if counted else ("", "")
    expected = {(region_of, group), ("32", group)} if counted else set()
    assert rows == [
        f"{code} | {kind} | {int((code, kind) in expected)}"
        for code in ("32", "3201", "3202")
        for kind in ("formal", "informal")
    ]
    done = build(store, OUTREACH_SUMMARY)
    assert figures(done, "segment", "activities", "held_month", province_code="ID", channel="all") == (
        [f"{segment} | 1 | {held_on[:7]}-01"]
    )


def test_an_old_delivery_does_not_cover_these_months(tmp_path):
    store = with_coverage(tmp_path)
    given(store, ACTIVITIES, "activity_id\nA1", "2024-09", **HELD)
    assert shown(build(store, PRIORITIES), "outreach_activities", region_code="32", segment="informal") == [""]


def test_a_difference_does_not_reveal_a_small_count_of_another_table(tmp_path):
    """50 debtors, 3 of them protected: 47 not protected would reveal the 3."""
    store = with_coverage(tmp_path)
    debtors = "province_code | debtors | protected_debtors\n31 | 50 | 3\n32 | 50 | 30"
    given(store, KUR_LINKAGE, debtors, availability="available", scheme="all")
    released = protect(build(store, PRIORITIES), PRIORITIES.table, Policy(5))
    assert shown(released, "region_code", "unprotected_debtors", "conf_status", segment="informal") == [
        "31 |  | A",
        "32 | 20 | F",
    ]
    assert "protected_debtors" not in released.columns


def test_without_coverage_the_month_has_one_row(tmp_path):
    found = build(warehouse(tmp_path), PRIORITIES)
    assert shown(found, "region_code", "segment", "priority_rank") == ["ID | all |"]
