"""`python -m benchmarks.nations`: how often the bounds of the estimated effect of outreach hold the true one.

Fifty small nations, each with its own seed: ten months of files are simulated, ingested, made into registers and into the
table `outreach`, by the functions that the assets call. The truth is the ledger's: the additional entrants of the regencies
that were compared. Prints a table by channel. Belongs here: putting estimates beside the truth. Not: any estimate.
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
from assets.ingest.identity import warehouse_key
from assets.ingest.month import ingest_month
from assets.registers.persons import build_persons
from assets.registers.transitions import build_transitions
from assets.resources import Locations
from schemas.extracts.catalogue import BY_NAME
from schemas.months import previous
from simulator import simulate

ALL = "all"
AFTER = 3  # months whose entrants are compared with those of as many before
PERSONS_FROM, ACTIVITIES_FROM = 4, 6  # months before: entrants need the month before; activities tell for three months
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
    """Additional entrants of a channel in one nation: the true ones, and what the table says."""

    channel: str
    true: int
    additional: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the truth is within the bounds."""
        return self.low <= self.true <= self.high

    @property
    def error(self) -> float:
        """Estimate less truth."""
        return self.additional - self.true


def true_effect(engine: Engine, truth: Truth) -> dict[str, int]:
    """Additional entrants of the regencies that are compared, by channel and in all; reads the working tables."""
    found: dict[str, int] = defaultdict(int)
    for channel, region in engine.query(_COMPARED).iter_rows():
        chosen = truth if channel == ALL else {channel: truth[channel]}
        found[channel] += sum(of.get(region, 0) for of in chosen.values())
    return found


def nation(root: Path, seed: int, scale: float, held: str) -> list[Estimate]:
    """The estimates for the activities of the month `held` in one nation, below the folder `root`."""
    locations = Locations.below(root)
    for back in range(ACTIVITIES_FROM, -AFTER - 1, -1):
        _run(locations, previous(held, back), seed, scale, ("outreach", "enrolments")[: 1 + (back <= PERSONS_FROM)])
    seen = previous(held, -AFTER)
    build_summary(locations.warehouse, seen, OUTREACH_SUMMARY)
    told = json.loads((locations.landing / f"{held}.ledger.json").read_text())["outreach"]["channels"]
    truth = {channel: of["additional_entrants_by_region"] for channel, of in told.items()}
    with locations.warehouse.sql() as engine:
        chosen = select_input_months(locations.warehouse, seen, OUTREACH_SUMMARY)
        register_inputs(engine, locations.warehouse, seen, OUTREACH_SUMMARY, chosen)
        true = true_effect(engine, truth)
    wanted = {"province_code": "ID", "segment": "BPU", "held_month": pl.Series([f"{held}-01"]).str.to_date().item()}
    rows = pl.read_parquet(locations.warehouse.files("outreach", seen)).filter(**wanted)
    figures = rows.select("channel", "additional_enrolments", "additional_low", "additional_high").drop_nulls()
    return [Estimate(channel, true[channel], *bounds) for channel, *bounds in figures.iter_rows()]


def _run(locations: Locations, month: str, seed: int, scale: float, extracts: Collection[str]) -> None:
    simulate(locations.landing, month, scale, seed, extracts=extracts)
    delivery = read_delivery(locations.landing, month)
    for extract in extracts:
        ingest_month(
            BY_NAME[extract],
            delivery,
            locations.warehouse,
            warehouse_key(locations.warehouse, synthetic=delivery.synthetic),
        )
    if "enrolments" in extracts:
        build_persons(locations.warehouse, month)
        build_transitions(locations.warehouse, month)


def summed_up(estimates: Iterable[Estimate]) -> pl.DataFrame:
    """By channel: nations with an estimate, in how many the bounds hold, means of truth and error, its standard error."""
    by_channel: dict[str, list[Estimate]] = defaultdict(list)
    for estimate in estimates:
        by_channel[estimate.channel].append(estimate)
    rows = []
    for channel, found in sorted(by_channel.items()):
        count, errors = len(found), [estimate.error for estimate in found]
        bias = sum(errors) / count
        spread = sqrt(sum((error - bias) ** 2 for error in errors) / max(1, count - 1))
        held = sum(estimate.holds for estimate in found)
        true = sum(estimate.true for estimate in found) / count
        half = sum(estimate.high - estimate.low for estimate in found) / count / 2
        rows.append((channel, count, held, held / count, true, bias, spread / sqrt(count), half))
    columns = ["channel", "nations", "hold", "share", "mean_true", "mean_error", "error_of_mean", "mean_half_width"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nations", type=int, default=50)
    parser.add_argument("--scale", type=float, default=2e-3, help="size of each, 1 for the whole nation")
    parser.add_argument("--held", default="2024-09", help="month of the activities")
    asked = parser.parse_args()
    found: list[Estimate] = []
    for seed in range(1, asked.nations + 1):
        with TemporaryDirectory() as folder:
            found += nation(Path(folder), seed, asked.scale, asked.held)
        print(f"nation {seed} of {asked.nations}", flush=True)
    used = os.times()
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_hide_dataframe_shape=True, float_precision=2):
        print(summed_up(found))
    print(f"{used.user + used.system + used.children_user + used.children_system:.0f} CPU seconds")


if __name__ == "__main__":
    main()
