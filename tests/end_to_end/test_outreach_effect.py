"""Fifty seeded nations: the true effect of outreach is within the bounds, and the estimate is not biased.

The entrants are those of the simulator's plan, which `test_season` shows to be those that the product counts in the files; so
fifty nations cost no files here. `make nations` does the same through the files of all fifty.
"""

import duckdb
import polars as pl
import pytest

from assets.coverage.geography import geography
from assets.coverage.outreach import OUTREACH_SUMMARY
from assets.engines.duckdb_engine import DuckDBEngine
from assets.engines.engine import Engine
from assets.warehouse import query
from benchmarks.outreach_effect import ALL, Estimate, summarise, true_effect
from schemas.months import first_day, previous
from simulator.months import month_index
from simulator.population.outreach_activities import EFFECT_PER_1000_REACHED, activities, additional_entrants
from simulator.population.regencies import regencies
from tests.end_to_end.planned_entrants import as_transitions, entries

HELD, SMALL, NATIONS = "2024-09", 2e-3, 50


def estimates(engine: Engine, seed: int) -> list[Estimate]:
    """The estimate of the product's SQL for one nation's activities of September, and the true effect."""
    months = [previous(HELD, back) for back in range(3, -4, -1)]
    active = [previous(HELD, back) for back in range(6, -4, -1)]
    held = pl.concat(
        activities(month_index(month), SMALL, seed).with_columns(month=pl.lit(first_day(month))) for month in active
    )
    engine.register_frame("activities", held)
    engine.register_frame("transitions", as_transitions(entries(months, SMALL, seed)))
    there = {"activities": active, "transitions": months}
    OUTREACH_SUMMARY.prepare(engine, months[-1], there)
    for name in OUTREACH_SUMMARY.working:
        assert isinstance(name, str)
        query.create_table(engine, OUTREACH_SUMMARY.folder, name, {})
    codes = regencies()["code"]
    truth: dict[str, dict[str, int]] = {channel: {} for channel in EFFECT_PER_1000_REACHED}
    for regency, channel, persons in additional_entrants(month_index(HELD), SMALL, seed):
        truth[channel][codes[regency]] = persons
    true = true_effect(engine, truth)
    reported = engine.query("""
        SELECT channel, additional, additional - quantile * error, additional + quantile * error
        FROM outreach_effects WHERE province_code = 'ID' AND segment = 'BPU' AND error IS NOT NULL
    """)
    return [Estimate(channel, true[channel], *bounds) for channel, *bounds in reported.iter_rows()]


@pytest.fixture(scope="module")
def fifty() -> list[Estimate]:
    """The estimates of fifty nations."""
    with duckdb.connect() as con:
        engine = DuckDBEngine(con)
        engine.register_frame("geography", geography())
        return [estimate for seed in range(1, NATIONS + 1) for estimate in estimates(engine, seed)]


@pytest.mark.slow
def test_the_bounds_hold_the_true_effect_in_nine_of_ten_nations(fifty: list[Estimate]) -> None:
    """All channels together in each nation; and each channel by itself, over all nations."""
    whole = [estimate.contains_truth for estimate in fifty if estimate.channel == ALL]
    assert len(whole) == NATIONS
    assert sum(whole) >= 0.9 * NATIONS
    single = [estimate.contains_truth for estimate in fifty if estimate.channel != ALL]
    assert len(single) > 4 * NATIONS
    assert sum(single) >= 0.9 * len(single)


@pytest.mark.slow
def test_the_estimate_is_not_biased(fifty: list[Estimate]) -> None:
    """By channel: the mean error is within three of its standard errors, and an effect that there is would be missed."""
    table_ = summarise(fifty)
    assert table_.filter(pl.col("mean_error").abs() > 3 * pl.col("error_of_mean")).is_empty()
    strong = table_.filter(pl.col("mean_true") > 3 * pl.col("error_of_mean"))
    assert {ALL, "face_to_face"} <= set(strong["channel"])
    assert table_.filter(pl.col("channel").is_in(["social_media", "webinar"]))["mean_true"].to_list() == [0, 0]
