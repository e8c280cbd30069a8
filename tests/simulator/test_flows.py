"""The simulated nation through the months: the ledger's flows and retention against the rows themselves.

The rows are drawn up and followed from month to month by NIK, with the rules of status in plain expressions: nothing of
the simulator's own arithmetic is used to check it.
"""

from collections import Counter
from functools import cache
from typing import Any

import polars as pl
import pytest

from simulator.memberships.flows import GROUPS, flows
from simulator.memberships.membership_rows import draw_up
from simulator.memberships.retention import retention
from simulator.months import first_day, month_index
from simulator.population import history
from simulator.population.calibration import by_place, national
from simulator.population.month_plan import plan_month
from simulator.population.outreach_activities import effects
from simulator.population.regencies import places

PROTECTED, GRACE, LAPSED, ENDED = 1, 2, 3, 4
SEED = 2024
RUNS = [("2023-11", 4, 1e-4), ("2024-12", 6, 1e-4), ("2025-12", 5, 1e-4), ("2024-12", 3, 1e-3)]  # first, months, scale


@cache
def memberships(month: int, scale: float) -> pl.DataFrame:
    """All good rows of the month, with their status."""
    plan = plan_month(month, scale, SEED)
    rows = draw_up(plan.draw_up(pl.int_range(plan.rows, eager=True)), month, SEED)
    paid = pl.col("paid_through").dt.year() * 12 + pl.col("paid_through").dt.month() - 1
    behind = month - paid.cast(pl.Int64)
    ended = (pl.col("end_date") < pl.lit(first_day(month + 1))).fill_null(value=False)
    interval = pl.col("segment").is_in(["JAKON", "PMI"])
    paid_up = behind <= pl.when(pl.col("segment") == "PU").then(3).otherwise(0)
    status = pl.when(ended).then(ENDED).when(interval | paid_up).then(PROTECTED).when(behind <= 3).then(GRACE)
    return rows.with_columns(status.otherwise(LAPSED).alias("status"))


@cache
def persons(month: int, scale: float) -> pl.DataFrame:
    """One row a person: the primary membership."""
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
    """Indices of months in a row."""
    return [month_index(first) + turn for turn in range(count)]


@pytest.mark.parametrize(("first", "count", "scale"), RUNS)
def test_every_month_has_the_calibrated_stock(first: str, count: int, scale: float) -> None:
    """By segment and place of registration, to the person, whoever came, went or paused; so are the subsidised."""
    for month in months(first, count):
        protected = persons(month, scale).filter(status=PROTECTED)
        assert dict(protected.group_by("segment").len().iter_rows()) == national(month, scale)
        own = protected.filter(segment="BPU")
        by_budget = own.filter(pl.col("payer").is_in(["regional_government", "village_fund"]))
        assert by_budget.height == round(own.height * 0.3)
        for segment, total in national(month, scale).items():
            placed = sorted(protected.filter(segment=segment).group_by("work_region").len()["len"])
            assert placed == sorted(persons for persons in by_place(segment, total) if persons)


@pytest.mark.parametrize(("first", "count", "scale"), RUNS)
def test_rows_keep_the_contract(first: str, count: int, scale: float) -> None:
    """No number twice, nothing begins later than the month or ends before it begins."""
    for month in months(first, count):
        rows = memberships(month, scale)
        assert rows["membership_id"].is_unique().all()
        assert rows.filter(pl.col("start_date") >= pl.lit(first_day(month + 1))).is_empty()
        assert rows.filter(pl.col("end_date") < pl.col("start_date")).is_empty()


@pytest.mark.parametrize(("first", "count", "scale"), RUNS)
def test_flows_are_those_of_the_rows(first: str, count: int, scale: float) -> None:
    """Each flow of each group, and opening + in - out = closing."""
    for month in months(first, count)[1:]:
        pair, truth = followed(month, scale), flows(month, scale, SEED)
        for group, members in GROUPS.items():
            told = dict(truth["groups"][group])
            assert told == _found(pair, members)
            coming = told["entered"] + told["re_entered"] + told["changed_segment_in"]
            going = told["changed_segment_out"] + told["became_unpaid"] + told["left_ended"] + told["left_absent"]
            assert told["opening"] + coming - going == told["closing"]
        province, now = pl.col("home_region").str.slice(0, 2), pl.col("home_region_now").str.slice(0, 2)
        moved = pair.filter(pl.col("event") == "stayed", province != now).group_by("segment_now").len()
        assert dict(moved.iter_rows()) == {segment: count for segment, count in truth["moved"].items() if count}


def _found(pair: pl.DataFrame, members: tuple[str, ...]) -> dict[str, int]:
    here, there = pl.col("segment_now").is_in(members), pl.col("segment").is_in(members)
    event = pl.col("event")
    came = {what: pair.filter(here, event == what).height for what in ("entered", "re_entered")}
    went = {what: pair.filter(there, event == what).height for what in ("became_unpaid", "left_ended", "left_absent")}
    return {
        "opening": pair.filter(there, pl.col("status") == PROTECTED).height,
        **came,
        "changed_segment_in": pair.filter(here, ~there, event == "stayed").height,
        "changed_segment_out": pair.filter(there, ~here, event == "stayed").height,
        **went,
        "closing": pair.filter(here, pl.col("status_now") == PROTECTED).height,
    }


@pytest.mark.parametrize(("first", "count", "scale"), RUNS[1:])
def test_retention_is_that_of_the_rows(first: str, count: int, scale: float) -> None:
    """Every cohort of the run at its last month, by segment and payer at entry."""
    last = months(first, count)[-1]
    truth = [told for told in retention(last, scale, SEED) if told["months_since_entry"] in range(count - 1)]
    protected = persons(last, scale).filter(status=PROTECTED).select("nik", kept=pl.lit(1))
    found: list[dict[str, Any]] = []
    for month in months(first, count)[1:]:
        entered = followed(month, scale).filter(event="entered").join(protected, on="nik", how="left")
        sums = entered.group_by(segment="segment_now", payer="payer_now").agg(
            entrants=pl.len(), retained=pl.col("kept").sum()
        )
        name = f"{month // 12}-{month % 12 + 1:02d}"
        found += [
            {"cohort_month": name, "months_since_entry": last - month, **row} for row in sums.iter_rows(named=True)
        ]
    assert sorted(map(_sorted, truth)) == sorted(map(_sorted, found))


def _sorted(told: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in told.items())


def test_a_calm_nation_before_its_history() -> None:
    """Up to December 2023 nobody comes and nobody goes."""
    told = flows(month_index("2023-12"), 1, SEED)["groups"]["all"]
    assert told["opening"] == told["closing"] == 41_560_938
    assert not any(told[what] for what in told if what not in ("opening", "closing"))


def test_subsidised_batches_lapse_in_january_and_half_come_back_in_april() -> None:
    """Unpaid from January to March, by the budget year."""
    unpaid, returned = (flows(month_index(month), 1, SEED)["groups"]["BPU"] for month in ("2025-01", "2025-04"))
    usual = flows(month_index("2024-11"), 1, SEED)["groups"]["BPU"]
    assert unpaid["became_unpaid"] > 3 * usual["became_unpaid"]
    assert returned["re_entered"] > 1.5 * usual["re_entered"]


def test_outreach_brings_its_known_number_of_entrants(monkeypatch: pytest.MonkeyPatch) -> None:
    """At full scale: the entrants of the three months after, against the same nation without the month's activities."""
    held = month_index("2024-06")
    real = history.additional

    def without(month: int, scale: float, seed: int) -> list[int]:
        more = list(real(month, scale, seed))
        for place, _, won in effects(held, scale, seed) if held < month <= held + 3 else ():
            late = month - held
            more[place] -= won * late // 3 - won * (late - 1) // 3
        return more

    entered = _entrants(held)
    monkeypatch.setattr(history, "additional", without)
    history.begun.cache_clear()
    difference = [one - other for one, other in zip(entered, _entrants(held), strict=True)]
    history.begun.cache_clear()
    wanted = sum(won for _, _, won in effects(held, 1, SEED))
    assert abs(sum(difference) - wanted) < wanted / 50, "who pauses differs by a few"
    treated = {place for place, _, won in effects(held, 1, SEED) if won}
    assert not any(extra for place, extra in enumerate(difference) if place not in treated)


def test_whom_outreach_won_enters_and_lives_where_the_activity_was_held() -> None:
    """As many as the effects of the three months before say, by regency, and no others."""
    scale, months_seen = 1e-3, months("2024-06", 3)
    for month in months_seen:
        plan = plan_month(month, scale, SEED)
        skeleton = plan.draw_up(pl.int_range(plan.rows, eager=True))
        won = skeleton.filter("won", pl.col("entered") == pl.lit(first_day(month)))
        rows = memberships(month, scale).join(won, on=["place", "stream", "idx"], how="semi")
        entered = followed(month, scale).filter(event="entered")
        assert rows.join(entered, on="nik", how="anti").is_empty()
        expected: Counter[str] = Counter()
        for late in (1, 2, 3):
            for place, _, more in effects(month - late, scale, SEED):
                expected[places()["code"][place]] += more * late // 3 - more * (late - 1) // 3
        assert Counter(rows["home_region"].to_list()) == +expected
        assert Counter(rows["work_region"].to_list()) == +expected
        assert expected.total() > 8


def _entrants(held: int) -> list[int]:
    high = history.movement(held + 3, 1, SEED).streams["BPU"].high
    return [now - before for before, now in zip(high[held], high[held + 3], strict=True)]
