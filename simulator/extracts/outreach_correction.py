"""One activity of outreach a month that is first delivered with a wrong regency, and put right with the next month.

Belongs here: which activity, and which activities are known at the end of a month, each as it was delivered last. Does not
belong here: the activities as they were (`campaigns`); the correction brings one of them back.
"""

from collections import Counter
from typing import Any

import polars as pl

from schemas.extracts.outreach import OUTREACH_ACTIVITIES
from simulator.defects.extract_rows import planted
from simulator.months import first_day, month_indices
from simulator.population.outreach_activities import activities
from simulator.population.regencies import places
from simulator.pseudorandom import random_integer

MONTHS = 3  # whose activities count as recent
_WRONG_PURPOSE = 13


def _chosen(month: int, scale: float, seed: int) -> pl.DataFrame:
    """The activity of the month, for own-account workers, whose regency is first delivered wrongly: one row."""
    own = activities(month, scale, seed).filter(segment="BPU")
    return own.slice(random_integer(seed, month, _WRONG_PURPOSE) % own.height, 1)


def first_delivered(month: int, scale: float, seed: int) -> pl.DataFrame:
    """The activities of the month as they are delivered with it: one of them in a regency half the list further on."""
    codes = places()["code"].to_list()
    [(number, region)] = _chosen(month, scale, seed).select("activity_id", "region_code").iter_rows()
    wrong = pl.lit(codes[(codes.index(region) + len(codes) // 2) % len(codes)])
    rows = activities(month, scale, seed)
    is_wrong = pl.col("activity_id") == number
    return rows.with_columns(pl.when(is_wrong).then(wrong).otherwise("region_code").alias("region_code"))


def correction(month: int, scale: float, seed: int) -> pl.DataFrame:
    """The activity of the month before as it was: delivered again, under the same number, with the month."""
    return _chosen(month - 1, scale, seed)


def known_places(month: int, scale: float, seed: int) -> dict[str, Any]:
    """Activities of the last `MONTHS` months by segment and regency, where all their deliveries are there."""
    rows = pl.concat(_accepted(month - back, scale, seed) for back in reversed(range(MONTHS)))
    last = rows.unique("activity_id", keep="last", maintain_order=True)
    recent = last.filter(month_indices("held_on").is_between(month - MONTHS + 1, month))
    found: dict[str, Counter[str]] = {}
    for segment, region in recent.select("segment", "region_code").sort("segment", "region_code").iter_rows():
        found.setdefault(segment, Counter())[region] += 1
    return {segment: dict(counted) for segment, counted in found.items()}


def moved(month: int, scale: float, seed: int) -> dict[str, str]:
    """What the correction of the month changes: from which regency to which."""
    right = correction(month, scale, seed)
    wrong = first_delivered(month - 1, scale, seed).join(right, on="activity_id", how="semi")
    return {"activity_id": right["activity_id"][0], "from": wrong["region_code"][0], "to": right["region_code"][0]}


def _accepted(month: int, scale: float, seed: int) -> pl.DataFrame:
    """What the pipeline accepts of the month's delivery, the correction last."""
    rows, table = first_delivered(month, scale, seed), OUTREACH_ACTIVITIES
    accepted = planted(rows, table, rows.height + 1, first_day(month)).accepted
    return pl.concat([accepted, correction(month, scale, seed).select(accepted.columns)])
