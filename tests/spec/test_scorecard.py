"""The scorecard of a few regions whose figures can be counted, through the real SQL."""

from datetime import date
from pathlib import Path

import polars as pl
from summaries import build, figures, given, warehouse

from assets.coverage.scorecard import SCORECARD
from assets.release.disclosure.derived_figures import rank_shown_rows
from assets.release.protect import Policy, protect
from assets.warehouse import Warehouse
from schemas.summaries.activity import ACTIVITY
from schemas.summaries.coverage import COVERAGE
from schemas.summaries.enterprises import COVERAGE_ENTERPRISE
from schemas.summaries.regional import REGIONAL_PROGRAMMES_SUMMARY
from schemas.summaries.targets import TARGET_PROGRESS

CELL = {
    "geography_basis": "home",
    "geography_level": "province",
    "segment": "all",
    "programme": "any",
    "sex": "all",
    "age_band": "all",
    "denominator_id": "potential",
}
THREE_PROVINCES = """
    region_code | segment  | protected_persons | denominator_persons
    31          | all      | 300               | 1000
    31          | formal   | 200               | 400
    31          | informal | 100               | 600
    32          | all      | 500               | 1000
    32          | formal   | 450               | 500
    32          | informal | 50                | 500
    33          | all      | 10                |
"""
AVAILABLE = {"availability": "available"}


def with_coverage(root: Path, cells: str = THREE_PROVINCES) -> Warehouse:
    store = warehouse(root)
    given(store, COVERAGE, cells, **CELL)
    return store


def shown(found: pl.DataFrame, *columns: str) -> list[str]:
    """These columns of the provinces 31 to 33."""
    return figures(found.filter(pl.col("region_code").is_in(["31", "32", "33"])), "region_code", *columns)


def test_every_province_and_regency_has_one_row_and_no_other_region_has(tmp_path):
    found = build(with_coverage(tmp_path), SCORECARD)
    assert found.group_by("region_level").len().sort("region_level").rows() == [("province", 38), ("regency", 514)]
    assert found["region_code"].n_unique() == 552


def test_coverage_is_ranked_where_it_is_known_and_by_group_of_segments(tmp_path):
    columns = ("coverage_ratio", "coverage_rank", "formal_ratio", "informal_ratio", "protected_persons")
    assert shown(build(with_coverage(tmp_path), SCORECARD), *columns) == [
        "31 | 0.3 | 2 | 0.5 | 0.16666666666666666 | 300",
        "32 | 0.5 | 1 | 0.9 | 0.1 | 500",
        "33 |  |  |  |  | 10",
    ]


# --- change --------------------------------------------------------------------------------------------------------

CHANGES = ("year_before_persons", "change_ratio", "change_rank", "change_flag")


def test_a_change_divides_both_months_by_the_present_potential(tmp_path):
    store = with_coverage(tmp_path)
    before = "region_code | protected_persons | denominator_persons\n31 | 100 | 10\n32 | 600 | 10\n33 | 5 | 10"
    given(store, COVERAGE, before, "2023-12", **CELL)
    assert shown(build(store, SCORECARD), *CHANGES) == [
        "31 | 100 | 0.2 | 1 | ok",
        "32 | 600 | -0.1 | 2 | ok",
        "33 | 5 |  |  | no_denominator",
    ]


def test_a_region_without_a_row_twelve_months_before_had_no_protected_person(tmp_path):
    store = with_coverage(tmp_path)
    given(store, COVERAGE, "region_code | protected_persons\n32 | 600", "2023-12", **CELL)
    assert shown(build(store, SCORECARD), *CHANGES)[0] == "31 | 0 | 0.3 | 1 | ok"


def test_another_month_of_the_year_before_is_not_compared(tmp_path):
    store = with_coverage(tmp_path)
    for month in ("2023-11", "2024-01"):
        given(store, COVERAGE, THREE_PROVINCES, month, **CELL)
    assert shown(build(store, SCORECARD), *CHANGES)[0] == "31 |  |  |  | no_year_before"


# --- targets, budgets, employers -----------------------------------------------------------------------------------


def test_the_next_target_of_the_potential_counts(tmp_path):
    targets = """
        region_code | indicator         | segment | denominator_id | target_month | target_value | gap_value
        31          | coverage_ratio    | all     | potential      | 2026-12-01   | 60           | 30
        31          | coverage_ratio    | all     | potential      | 2025-12-01   | 52.5         | 22.5
        31          | coverage_ratio    | all     | employed       | 2024-12-01   | 10           | 1
        31          | coverage_ratio    | formal  | potential      | 2024-12-01   | 10           | 1
        31          | protected_persons | all     | none           | 2024-12-01   | 10           | 1
    """
    store = with_coverage(tmp_path)
    given(store, TARGET_PROGRESS, targets, **AVAILABLE)
    found = build(store, SCORECARD)
    assert shown(found, "target_month", "target_ratio", "gap_ratio") == [
        "31 | 2025-12-01 | 0.525 | 0.225",
        "32 |  |  |",
        "33 |  |  |",
    ]


BUDGETS = ("has_perda", "budget_idr", "budget_apbd_idr", "budget_palm_oil_idr", "affordable_workers", "paid_workers")


def test_a_list_that_does_not_name_a_region_means_that_it_has_no_programme(tmp_path):
    programmes = """
        region_level | region_code | has_perda | budget_idr | budget_apbd_idr | budget_palm_oil_idr | affordable_workers | paid_workers
        province     | 31          | yes       | 900        | 700             | 200                 | 9                  | 5
        nation       | ID          | no        | 999        | 999             | 999                 | 999                | 999
    """
    store = with_coverage(tmp_path)
    given(store, REGIONAL_PROGRAMMES_SUMMARY, programmes, **AVAILABLE)
    found = shown(build(store, SCORECARD), *BUDGETS)
    assert [row.lower() for row in found[:2]] == [
        "31 | true | 900 | 700 | 200 | 9 | 5",
        "32 | false | 0 | 0 | 0 | 0 | 0",
    ]


def test_a_list_that_was_not_delivered_leaves_everything_empty(tmp_path):
    store = with_coverage(tmp_path)
    given(store, REGIONAL_PROGRAMMES_SUMMARY, "region_level | region_code\nnation | ID", availability="not_available")
    names = (*BUDGETS, "employers", "member_persons", "active_ratio", "target_ratio", "vulnerable_ratio")
    assert build(store, SCORECARD).select(names).null_count().row(0) == (552,) * len(names)


def test_vulnerable_workers_protected_are_the_part_that_is_not_in_need(tmp_path):
    programmes = (
        "region_level | region_code | vulnerable_persons | need_persons | adequacy_ratio\nprovince | 31 | 80 | 60 | 0.5"
    )
    store = with_coverage(tmp_path)
    given(store, REGIONAL_PROGRAMMES_SUMMARY, programmes, **AVAILABLE)
    found = build(store, SCORECARD)
    assert shown(found, "vulnerable_ratio", "adequacy_ratio") == ["31 | 0.25 | 0.5", "32 |  |", "33 |  |"]


def test_members_and_employers_are_known_for_provinces(tmp_path):
    store = with_coverage(tmp_path)
    whole = {"size_class": "all", "size_basis": "all", "sector": "all"} | AVAILABLE
    given(store, COVERAGE_ENTERPRISE, "province_code | employers | enrolled_employers\n31 | 50 | 20", **whole)
    every = {"segment": "all", "payer": "all", "channel": "all"} | AVAILABLE
    given(store, ACTIVITY, "province_code | member_persons\n31 | 600\n32 | 500", **every)
    found = build(store, SCORECARD)
    assert shown(found, "member_persons", "active_ratio", "employers", "enrolled_ratio") == [
        "31 | 600 | 0.5 | 50 | 0.4",
        "32 | 500 | 1.0 | 0 |",
        "33 | 0 |  | 0 |",
    ]
    regencies = found.filter(pl.col("region_level") == "regency")
    assert regencies.select("member_persons", "employers").null_count().row(0) == (514, 514)


# --- similar regions -----------------------------------------------------------------------------------------------


def test_similar_regions_have_near_ranks_by_potential_and_by_informal_share(tmp_path):
    """Ranks by potential: 31 32 33 34 35 36 51. By informal share: 31 34 32 33 36 35 51."""
    cells = """
        region_code | segment  | denominator_persons
        31          | all      | 7000
        31          | informal | 6930
        32          | all      | 600
        32          | informal | 480
        33          | all      | 500
        33          | informal | 350
        34          | all      | 400
        34          | informal | 360
        35          | all      | 300
        35          | informal | 150
        36          | all      | 200
        36          | informal | 120
        51          | all      | 100
        51          | informal | 10
    """
    found = build(with_coverage(tmp_path, cells), SCORECARD)
    names = [f"similar_region_{rank}" for rank in range(1, 6)]
    # distances from 31: 32 1+2, 33 2+3, 34 3+1, 36 5+4, 35 4+5, 51 6+6
    assert shown(found, *names)[0] == "31 | 32 | 34 | 33 | 35 | 36"
    assert found.filter(pl.col("region_code") == "94").select(names).row(0) == (None,) * 5


# --- disclosure ----------------------------------------------------------------------------------------------------


def test_the_ratios_of_a_small_number_are_withheld_and_the_others_are_ranked_again(tmp_path):
    cells = """
        region_code | protected_persons | denominator_persons
        31          | 300               | 1000
        32          | 3                 | 4
        33          | 100               | 1000
    """
    store = with_coverage(tmp_path, cells)
    given(store, COVERAGE, cells, "2023-12", **CELL)
    released = rank_shown_rows(protect(build(store, SCORECARD), SCORECARD.table, Policy(5)))
    columns = ("coverage_ratio", "coverage_rank", "change_ratio", "change_rank")
    assert shown(released, *columns) == ["31 | 0.3 | 1 | 0.0 | 1", "32 |  |  |  |", "33 | 0.1 | 2 | 0.0 | 2"]


def test_a_region_that_is_withheld_still_has_similar_regions(tmp_path):
    cells = "region_code | protected_persons | denominator_persons\n31 | 3 | 1000\n32 | 500 | 1000"
    released = protect(build(with_coverage(tmp_path, cells), SCORECARD), SCORECARD.table, Policy(5))
    assert shown(released, "protected_persons", "similar_region_1")[0] == "31 |  | 32"
    assert released["month"].unique().to_list() == [date(2024, 12, 1)]
