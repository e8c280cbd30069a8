"""Dormant members of the simulated nation: as many as published, and since the month that the ledger has.

The tests count rows by plain rules. They use none of the arithmetic of ranges that they check.
"""

from functools import cache

import polars as pl
import pytest

from simulator.memberships.activity import true_activity
from simulator.memberships.membership_rows import membership_rows
from simulator.months import month_index, month_indices
from simulator.payments.payment_rows import paying_memberships
from simulator.population.month_plan import plan_month

SEED = 2024
RUNS = [("2023-12", 1e-4), ("2024-06", 1e-4), ("2024-12", 1e-4), ("2025-04", 1e-4), ("2024-12", 1e-3)]


@cache
def memberships(month: int, scale: float, *, dormant: bool) -> pl.DataFrame:
    """All rows of the month without defects; `months`: how long the membership has not been protected, 0 if it is."""
    plan = plan_month(month, scale, SEED, dormant=dormant)
    rows = membership_rows(plan.persons(pl.int_range(plan.rows, eager=True)), month, SEED)
    allowed = pl.when(pl.col("segment") == "PU").then(3).otherwise(0)
    unpaid = pl.when(pl.col("segment").is_in(["PU", "BPU"])).then(month - month_indices("paid_through") - allowed)
    ended = month + 1 - month_indices("end_date")
    return rows.with_columns(pl.max_horizontal(unpaid, ended, 0).alias("months"))


def members(month: int, scale: float, *, dormant: bool = True) -> pl.DataFrame:
    """One row per person: the membership that is protected, or was for the longest time."""
    rank = pl.col("segment").replace_strict({"PU": 1, "JAKON": 2, "BPU": 3, "PMI": 4}).alias("rank")
    found = memberships(month, scale, dormant=dormant).with_columns(rank)
    return found.sort("months", "rank").unique("nik", keep="first", maintain_order=True)


@pytest.mark.parametrize(("month", "scale"), RUNS)
@pytest.mark.parametrize("dormant", [True, False])
def test_members_and_dormant_members_are_those_of_the_ledger(month: str, scale: float, dormant: bool) -> None:
    index = month_index(month)
    truth, found = true_activity(index, scale, SEED, dormant=dormant), members(index, scale, dormant=dormant)
    for segment in ("PU", "JAKON", "BPU", "PMI"):
        of_segment = found.filter(segment=segment)
        assert of_segment.height == truth["members"][segment]
        assert of_segment.filter(pl.col("months") > 0).height == truth["dormant"][segment]
    if dormant:
        for group, segments in (("formal", ("PU", "JAKON")), ("informal", ("BPU",))):
            lasting = found.filter(pl.col("segment").is_in(segments))["months"]
            longest = {"13_24": int(lasting.is_between(13, 24).sum()), "25": int((lasting > 24).sum())}
            assert longest == truth["more_than_a_year"][group]


@pytest.mark.parametrize(("scale", "formal", "informal"), [(1e-4, 1878, 121), (1e-3, 18_780, 1_210)])
def test_dormant_members_are_as_many_as_published_for_december_2024(scale: float, formal: int, informal: int) -> None:
    found = members(month_index("2024-12"), scale).filter(pl.col("months") > 0)
    assert found.filter(pl.col("segment").is_in(["PU", "JAKON"])).height == formal
    assert found.filter(segment="BPU").height == informal


def test_a_dormant_person_stays_dormant_since_the_same_month() -> None:
    first, last = month_index("2024-10"), month_index("2024-12")
    before, now = (members(month, 1e-3).filter(pl.col("months") > 15) for month in (first, last))
    both = before.join(now, on="nik", suffix="_now")
    assert both.height > 0.9 * before.height
    assert (both["months"] + last - first == both["months_now"]).all()


def test_dormant_members_do_not_pay_and_change_no_other_row() -> None:
    month = month_index("2024-12")
    whole, recent = (memberships(month, 1e-3, dormant=dormant) for dormant in (True, False))
    assert paying_memberships(whole, month).height == paying_memberships(recent, month).height
    others = whole.join(recent.select("membership_id"), on="membership_id", how="semi")
    assert others.drop("row").sort("membership_id").equals(recent.drop("row").sort("membership_id"))


def test_dormant_members_are_distinct_persons_with_a_past() -> None:
    whole = memberships(month_index("2024-12"), 1e-3, dormant=True)
    assert whole["membership_id"].is_unique().all()
    ended = whole.filter(pl.col("end_date").is_not_null())
    assert (ended["end_date"] >= ended["start_date"]).all()
