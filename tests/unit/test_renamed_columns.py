"""A column that was renamed: releases published before still compare with those of today, figure by figure."""

import polars as pl

from assets.release.revisions import NOW, compare_table
from schemas.summaries.flows import FLOWS

OLD, NEW = "lapsed_persons", "became_unpaid_persons"


def flows(unpaid: int) -> pl.DataFrame:
    """One row of today's table; every other figure is empty."""
    empty = dict.fromkeys(FLOWS.names)
    key = {"month": "2024-12-01", "province_code": "32", "segment": "BPU", "conf_status": "F"}
    frame = pl.DataFrame([empty | key | {NEW: unpaid}])
    return frame.with_columns(pl.col("month").cast(pl.String).str.to_date()).cast(FLOWS.storage)


def test_the_same_figure_under_its_old_name_is_no_difference() -> None:
    before = flows(5).rename({NEW: OLD})
    change = compare_table(before, flows(5), FLOWS)
    assert (change.added.height, change.changed.height, change.removed.height) == (0, 0, 0)


def test_another_figure_under_the_old_name_is_a_difference_under_the_new_one() -> None:
    change = compare_table(flows(5).rename({NEW: OLD}), flows(7), FLOWS)
    assert change.changed.select(NEW, NEW + NOW).rows() == [(5, 7)]


def test_two_releases_from_before_the_renaming_are_compared_too() -> None:
    change = compare_table(flows(5).rename({NEW: OLD}), flows(7).rename({NEW: OLD}), FLOWS)
    assert change.changed.select(NEW, NEW + NOW).rows() == [(5, 7)]
