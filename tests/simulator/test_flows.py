"""Flows and retention of the simulated nation: what the ledger has against the rows themselves.

The tests follow the persons from month to month by NIK, with the rules of status in plain expressions. They use none of
the arithmetic of residues that they check.
"""

from collections import Counter
from functools import cache
from typing import Any

import polars as pl
import pytest

from simulator.memberships.flows import GROUPS, true_flows
from simulator.memberships.membership_rows import membership_rows
from simulator.memberships.retention import true_retention
from simulator.months import first_day, month_index, month_text
from simulator.population import history
from simulator.population.calibration import by_regency, national_persons
from simulator.population.month_plan import plan_month
from simulator.population.outreach_activities import additional_entrants
from simulator.population.regencies import regencies

PROTECTED, GRACE, LAPSED, ENDED = 1, 2, 3, 4
SEED = 2024
RUNS = [
    ("2023-11", 4, 1e-4),
    ("2024-12", 6, 1e-4),
    ("2025-12", 5, 1e-4),
    ("2024-12", 3, 1e-3),
]  # first month, number of months, scale


@cache
def memberships(month: int, scale: float) -> pl.DataFrame:
    """All rows of the month without defects, with their status."""
    plan = plan_month(month, scale, SEED)
    rows = membership_rows(plan.persons(pl.int_range(plan.rows, eager=True)), month, SEED)
    paid = pl.col("paid_through").dt.year() * 12 + pl.col("paid_through").dt.month() - 1
    behind = month - paid.cast(pl.Int64)
    ended = (pl.col("end_date") < pl.lit(first_day(month + 1))).fill_null(value=False)
    interval = pl.col("segment").is_in(["JAKON", "PMI"])
    paid_up = behind <= pl.when(pl.col("segment") == "PU").then(3).otherwise(0)
    status = pl.when(ended).then(ENDED).when(interval | paid_up).then(PROTECTED).when(behind <= 3).then(GRACE)
    return rows.with_columns(status.otherwise(LAPSED).alias("status"))


@cache
def persons(month: int, scale: float) -> pl.DataFrame:
    """One row per person: the primary membership."""
    rank = pl.col("segment").replace_strict({"PU": 1, "JAKON": 2, "BPU": 3, "PMI": 4}).alias("rank")
    ordered = memberships(month, scale).with_columns(rank).sort("status", "rank", "start_date", "membership_id")
    one = ordered.unique("nik", keep="first", maintain_order=True)
    return one.select("nik", "status", "segment", "start_date", "payer", "home_region", "work_region")


def followed(month: int, scale: float) -> pl.DataFrame:
    """Persons of two months side by side, with what happened to them."""
    pair = persons(month - 1, scale).join(persons(month, scale), on="nik", how="full", suffix="_now", coalesce=True)
    before = (pl.col("status") == PROTECTED).fill_null(value=False)
    now = (pl.col("status_now") == PROTECTED).fill_null(value=False)
    new = pl.col("status").is_null() & (pl.col("start_date_now") >= pl.lit(first_day(month)))
    gone = pl.when(pl.col("status_now").is_null()).then(pl.lit("left_absent"))
    gone = gone.when(pl.col("status_now") == ENDED).then(pl.lit("left_ended")).otherwise(pl.lit("became_unpaid"))
    event = pl.when(now & ~before & new).then(pl.lit("entered")).when(now & ~before).then(pl.lit("re_entered"))
    return pair.with_columns(
        event.when(before & ~now).then(gone).when(before & now).then(pl.lit("stayed")).alias("event")
    )


def months(first: str, count: int) -> list[int]:
    """The indices of consecutive months."""
    return list(range(month_index(first), month_index(first) + count))


@pytest.mark.parametrize(("first", "count", "scale"), RUNS)
def test_each_month_has_exactly_the_calibrated_persons(first: str, count: int, scale: float) -> None:
    """By segment and regency of registration, and of the subsidised, in spite of entries, exits and pauses."""
    for month in months(first, count):
        protected = persons(month, scale).filter(status=PROTECTED)
        assert dict(protected.group_by("segment").len().iter_rows()) == national_persons(month, scale)
        own = protected.filter(segment="BPU")
        by_budget = own.filter(pl.col("payer").is_in(["regional_government", "village_fund"]))
        assert by_budget.height == round(own.height * 0.3)
        for segment, total in national_persons(month, scale).items():
            placed = sorted(protected.filter(segment=segment).group_by("work_region").len()["len"])
            assert placed == sorted(persons for persons in by_regency(segment, total) if persons)


@pytest.mark.parametrize(("first", "count", "scale"), RUNS)
def test_membership_numbers_are_unique_and_periods_are_in_order(first: str, count: int, scale: float) -> None:
    """No period starts after the month or ends before it starts."""
    for month in months(first, count):
        rows = memberships(month, scale)
        assert rows["membership_id"].is_unique().all()
        assert rows.filter(pl.col("start_date") >= pl.lit(first_day(month + 1))).is_empty()
        assert rows.filter(pl.col("end_date") < pl.col("start_date")).is_empty()


@pytest.mark.parametrize(("first", "count", "scale"), RUNS)
def test_flows_of_the_ledger_equal_those_of_the_rows(first: str, count: int, scale: float) -> None:
    """Each flow of each group, and opening + in - out = closing."""
    for month in months(first, count)[1:]:
        pair, truth = followed(month, scale), true_flows(month, scale, SEED)
        for group, members in GROUPS.items():
            listed = dict(truth["groups"][group])
            assert listed == _counted(pair, members)
            incoming = listed["entered"] + listed["re_entered"] + listed["changed_segment_in"]
            outgoing = (
                listed["changed_segment_out"] + listed["became_unpaid"] + listed["left_ended"] + listed["left_absent"]
            )
            assert listed["opening"] + incoming - outgoing == listed["closing"]
        province, now = pl.col("home_region").str.slice(0, 2), pl.col("home_region_now").str.slice(0, 2)
        moved = pair.filter(pl.col("event") == "stayed", province != now).group_by("segment_now").len()
        assert dict(moved.iter_rows()) == {segment: count for segment, count in truth["moved"].items() if count}


def _counted(pair: pl.DataFrame, members: tuple[str, ...]) -> dict[str, int]:
    now, before = pl.col("segment_now").is_in(members), pl.col("segment").is_in(members)
    event = pl.col("event")
    came = {name: pair.filter(now, event == name).height for name in ("entered", "re_entered")}
    went = {name: pair.filter(before, event == name).height for name in ("became_unpaid", "left_ended", "left_absent")}
    return {
        "opening": pair.filter(before, pl.col("status") == PROTECTED).height,
        **came,
        "changed_segment_in": pair.filter(now, ~before, event == "stayed").height,
        "changed_segment_out": pair.filter(before, ~now, event == "stayed").height,
        **went,
        "closing": pair.filter(now, pl.col("status_now") == PROTECTED).height,
    }


@pytest.mark.parametrize(("first", "count", "scale"), RUNS[1:])
def test_retention_of_the_ledger_equals_that_of_the_rows(first: str, count: int, scale: float) -> None:
    """Every cohort of the run at its last month, by segment and payer at entry."""
    last = months(first, count)[-1]
    truth = [row for row in true_retention(last, scale, SEED) if row["months_since_entry"] in range(count - 1)]
    protected = persons(last, scale).filter(status=PROTECTED).select("nik", kept=pl.lit(1))
    found: list[dict[str, Any]] = []
    for month in months(first, count)[1:]:
        entered = followed(month, scale).filter(event="entered").join(protected, on="nik", how="left")
        sums = entered.group_by(segment="segment_now", payer="payer_now").agg(
            entrants=pl.len(), retained=pl.col("kept").sum()
        )
        found += [
            {"cohort_month": month_text(month), "months_since_entry": last - month, **row}
            for row in sums.iter_rows(named=True)
        ]
    assert sorted(map(_sorted, truth)) == sorted(map(_sorted, found))


def _sorted(row: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in row.items())


def test_no_person_enters_or_leaves_before_the_history() -> None:
    """Until December 2023 the nation does not change."""
    listed = true_flows(month_index("2023-12"), 1, SEED)["groups"]["all"]
    assert listed["opening"] == listed["closing"] == 41_560_938
    assert not any(listed[flow] for flow in listed if flow not in ("opening", "closing"))


def test_subsidised_groups_lapse_in_january_and_half_return_in_april() -> None:
    """Budgets pay nothing from January to March."""
    unpaid, returned = (true_flows(month_index(month), 1, SEED)["groups"]["BPU"] for month in ("2025-01", "2025-04"))
    usual = true_flows(month_index("2024-11"), 1, SEED)["groups"]["BPU"]
    assert unpaid["became_unpaid"] > 3 * usual["became_unpaid"]
    assert returned["re_entered"] > 1.5 * usual["re_entered"]


def test_outreach_brings_its_additional_entrants(monkeypatch: pytest.MonkeyPatch) -> None:
    """At full scale: entrants of the three months after, compared with the same nation without the activities of the month."""
    held = month_index("2024-06")
    real = history.outreach_entrants

    def without(month: int, scale: float, seed: int) -> list[int]:
        entrants = list(real(month, scale, seed))
        later = month - held
        for regency, _, persons in additional_entrants(held, scale, seed) if later in (1, 2, 3) else ():
            entrants[regency] -= persons * later // 3 - persons * (later - 1) // 3
        return entrants

    entered = _entrants(held)
    monkeypatch.setattr(history, "outreach_entrants", without)
    history.shared_history.cache_clear()
    difference = [one - other for one, other in zip(entered, _entrants(held), strict=True)]
    history.shared_history.cache_clear()
    expected = sum(persons for _, _, persons in additional_entrants(held, 1, SEED))
    assert abs(sum(difference) - expected) < expected / 50, "a few persons pause in one nation only"
    treated = {regency for regency, _, persons in additional_entrants(held, 1, SEED) if persons}
    assert not any(extra for regency, extra in enumerate(difference) if regency not in treated)


def test_recruited_persons_live_and_register_where_the_activity_was_held() -> None:
    """As many by regency as the activities of the three months before bring, and no others."""
    scale = 1e-3
    for month in months("2024-06", 3):
        plan = plan_month(month, scale, SEED)
        persons = plan.persons(pl.int_range(plan.rows, eager=True))
        recruited = persons.filter("recruited", pl.col("entry_month") == pl.lit(first_day(month)))
        rows = memberships(month, scale).join(recruited, on=["regency", "stratum", "person_number"], how="semi")
        entered = followed(month, scale).filter(event="entered")
        assert rows.join(entered, on="nik", how="anti").is_empty()
        expected: Counter[str] = Counter()
        for later in (1, 2, 3):
            for regency, _, more in additional_entrants(month - later, scale, SEED):
                expected[regencies()["code"][regency]] += more * later // 3 - more * (later - 1) // 3
        assert Counter(rows["home_region"].to_list()) == +expected
        assert Counter(rows["work_region"].to_list()) == +expected
        assert expected.total() > 8


def _entrants(held: int) -> list[int]:
    high = history.membership_history(held + 3, 1, SEED).strata["BPU"].high
    return [now - before for before, now in zip(high[held], high[held + 3], strict=True)]
