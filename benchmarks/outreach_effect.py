"""`python -m benchmarks.outreach_effect`: how often the bounds of the estimated effect of outreach contain the true one.

Fifty small nations, each with its own seed. For each, the benchmark simulates and ingests ten months, and builds registers
and the table `outreach` with the functions that the assets call. The truth is in the ledger: the additional entrants of
the compared regencies. Prints a table by channel.
Belongs here: comparing estimates with the truth. Not here: estimates.
"""

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from assets.coverage.outreach import OUTREACH_SUMMARY
from assets.coverage.summary import build_summary, register_inputs, select_input_months
from assets.engines.engine import Engine
from assets.ingest.delivery import read_delivery
from assets.ingest.month import ingest_month
from assets.ingest.pseudonyms import warehouse_key
from assets.registers.persons import build_persons
from assets.registers.transitions import build_transitions
from assets.resources import Locations
from schemas.extracts.catalogue import BY_NAME
from schemas.months import previous
from simulator import simulate

ALL = "all"  # channels
MONTHS_AFTER = 3  # the entrants of these months are compared with those of as many months before
FIRST_ENROLMENTS, FIRST_OUTREACH = 4, 6  # months before the activities: entrants are changes from the month before
Truth = Mapping[str, Mapping[str, int]]  # additional entrants by channel and regency
# Regencies whose entrants the estimate compares, by channel.
_COMPARED = """
    SELECT activities.channel, units.region_code
    FROM outreach_units AS units
    JOIN outreach_by_channel AS activities
        ON activities.held_index = units.held_index AND activities.region_code = units.region_code
        AND activities.segment = units.segment
    WHERE units.role = 'treated' AND units.segment = 'BPU' AND (units.channels = 1 OR activities.channel = 'all')
"""


@dataclass(frozen=True)
class Estimate:
    """Additional entrants of a channel in one nation: the true number, the estimate and its bounds."""

    channel: str
    true: int
    additional: float
    low: float
    high: float

    @property
    def contains_truth(self) -> bool:
        """Whether the truth is within the bounds."""
        return self.low <= self.true <= self.high

    @property
    def error(self) -> float:
        """Estimate less truth."""
        return self.additional - self.true


def true_effect(engine: Engine, truth: Truth) -> dict[str, int]:
    """Additional entrants of the compared regencies, by channel and in total; reads the working tables."""
    entrants: dict[str, int] = defaultdict(int)
    for channel, region in engine.query(_COMPARED).iter_rows():
        chosen = truth if channel == ALL else {channel: truth[channel]}
        entrants[channel] += sum(by_region.get(region, 0) for by_region in chosen.values())
    return entrants


def estimates_of_nation(root: Path, seed: int, scale: float, held: str) -> list[Estimate]:
    """Simulate and run one nation below the folder `root`; return the estimates for the activities of the month `held`."""
    locations = Locations.below(root)
    for back in range(FIRST_OUTREACH, -MONTHS_AFTER - 1, -1):
        extracts = ("outreach", "enrolments") if back <= FIRST_ENROLMENTS else ("outreach",)
        _run_month(locations, previous(held, back), seed, scale, extracts)
    seen = previous(held, -MONTHS_AFTER)
    build_summary(locations.warehouse, seen, OUTREACH_SUMMARY)
    channels = json.loads((locations.landing / f"{held}.ledger.json").read_text())["outreach"]["channels"]
    truth = {channel: each["additional_entrants_by_region"] for channel, each in channels.items()}
    with locations.warehouse.sql() as engine:
        chosen = select_input_months(locations.warehouse, seen, OUTREACH_SUMMARY)
        register_inputs(engine, locations.warehouse, seen, OUTREACH_SUMMARY, chosen)
        true = true_effect(engine, truth)
    nation = {"province_code": "ID", "segment": "BPU", "held_month": pl.Series([f"{held}-01"]).str.to_date().item()}
    rows = pl.read_parquet(locations.warehouse.files("outreach", seen)).filter(**nation)
    figures = rows.select("channel", "additional_enrolments", "additional_low", "additional_high").drop_nulls()
    return [Estimate(channel, true[channel], *bounds) for channel, *bounds in figures.iter_rows()]


def _run_month(locations: Locations, month: str, seed: int, scale: float, extracts: Collection[str]) -> None:
    simulate(locations.landing, month, scale, seed, extracts=extracts)
    delivery = read_delivery(locations.landing, month)
    key = warehouse_key(locations.warehouse, synthetic=delivery.synthetic)
    for extract in extracts:
        ingest_month(BY_NAME[extract], delivery, locations.warehouse, key)
    if "enrolments" in extracts:
        build_persons(locations.warehouse, month)
        build_transitions(locations.warehouse, month)


def summarise(estimates: Iterable[Estimate]) -> pl.DataFrame:
    """One row per channel: nations with an estimate, how many bounds contain the truth, means of truth and error."""
    by_channel: dict[str, list[Estimate]] = defaultdict(list)
    for estimate in estimates:
        by_channel[estimate.channel].append(estimate)
    rows = []
    for channel, found in sorted(by_channel.items()):
        count, errors = len(found), [estimate.error for estimate in found]
        bias = sum(errors) / count
        spread = sqrt(sum((error - bias) ** 2 for error in errors) / max(1, count - 1))
        hold = sum(estimate.contains_truth for estimate in found)
        true = sum(estimate.true for estimate in found) / count
        half = sum(estimate.high - estimate.low for estimate in found) / count / 2
        rows.append((channel, count, hold, hold / count, true, bias, spread / sqrt(count), half))
    columns = ["channel", "nations", "hold", "share", "mean_true", "mean_error", "error_of_mean", "mean_half_width"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nations", type=int, default=50)
    parser.add_argument("--scale", type=float, default=2e-3, help="size of each, 1 for the whole nation")
    parser.add_argument("--held", default="2024-09", help="month of the activities")
    arguments = parser.parse_args()
    estimates: list[Estimate] = []
    for seed in range(1, arguments.nations + 1):
        with TemporaryDirectory() as folder:
            estimates += estimates_of_nation(Path(folder), seed, arguments.scale, arguments.held)
        print(f"nation {seed} of {arguments.nations}", flush=True)
    times = os.times()
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_hide_dataframe_shape=True, float_precision=2):
        print(summarise(estimates))
    print(f"{times.user + times.system + times.children_user + times.children_system:.0f} CPU seconds")


if __name__ == "__main__":
    main()
