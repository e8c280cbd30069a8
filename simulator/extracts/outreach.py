"""The outreach extract: one activity per month has a wrong regency at first, and is corrected with the next month.

Belongs here: what is delivered with a month, and the truth about it. Not here: the activities (`population.outreach_activities`).
"""

from collections import Counter
from typing import Any

import polars as pl

from schemas.code_lists import values
from schemas.extracts.outreach import OUTREACH_ACTIVITIES
from simulator.defects.extract_rows import with_defects
from simulator.months import first_day, month_indices
from simulator.population.outreach_activities import EFFECT_PER_1000_REACHED, activities, additional_entrants
from simulator.population.regencies import regencies
from simulator.pseudorandom import random_integer

RECENT_MONTHS = 3  # activities of so many months count as recent
_WRONG_PURPOSE = 13


def _corrected_later(month: int, scale: float, seed: int) -> pl.DataFrame:
    """The own-account activity of the month whose regency is wrong at first: one row, with the true regency."""
    own_account = activities(month, scale, seed).filter(segment="BPU")
    return own_account.slice(random_integer(seed, month, _WRONG_PURPOSE) % own_account.height, 1)


def first_delivery(month: int, scale: float, seed: int) -> pl.DataFrame:
    """The activities as delivered with their month: one has the regency that is half the list further on."""
    codes = regencies()["code"].to_list()
    [(activity_id, region)] = _corrected_later(month, scale, seed).select("activity_id", "region_code").iter_rows()
    wrong = pl.lit(codes[(codes.index(region) + len(codes) // 2) % len(codes)])
    is_wrong = pl.col("activity_id") == activity_id
    rows = activities(month, scale, seed)
    return rows.with_columns(pl.when(is_wrong).then(wrong).otherwise("region_code").alias("region_code"))


def correction(month: int, scale: float, seed: int) -> pl.DataFrame:
    """The corrected activity of the month before, delivered with this month under the same number."""
    return _corrected_later(month - 1, scale, seed)


def outreach_truth(accepted: pl.DataFrame, month: int, scale: float, seed: int) -> dict[str, Any]:
    """The ledger's section: activities of the month by channel, recent activities, and the correction.

    `channels` counts own-account activities, `others` the rest. Reach and cost are null where one activity states none.
    """
    of_month = accepted.filter(month_indices("held_on") == month)  # a planted row has another year
    own_account, codes = pl.col("segment") == "BPU", regencies()["code"]
    sums = [
        pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name)
        for name in ("reach_persons", "cost_idr")
    ]
    channels = {}
    for channel in values("outreach_channels"):
        rows = of_month.filter(own_account & (pl.col("channel") == channel))
        entrants = {
            codes[regency]: persons
            for regency, other, persons in additional_entrants(month, scale, seed)
            if persons and other == channel
        }
        channels[channel] = {
            **rows.select(pl.len().alias("activities"), *sums).row(0, named=True),
            "effect_per_1000_reached": EFFECT_PER_1000_REACHED[channel],
            "additional_entrants": sum(entrants.values()),
            "additional_entrants_by_region": entrants,
        }
    others = of_month.filter(~own_account).select(pl.len().alias("activities"), *sums).row(0, named=True)
    return {
        "channels": channels,
        "others": others,
        "moved": _correction_truth(month, scale, seed),
        "recent_by_region": _recent_activities(month, scale, seed),
    }


def _recent_activities(month: int, scale: float, seed: int) -> dict[str, Any]:
    """Activities of the last three months by segment and regency, where all their deliveries were accepted."""
    deliveries = [_accepted(month - back, scale, seed) for back in reversed(range(RECENT_MONTHS))]
    last = pl.concat(deliveries).unique("activity_id", keep="last", maintain_order=True)
    recent = last.filter(month_indices("held_on").is_between(month - RECENT_MONTHS + 1, month))
    counts: dict[str, Counter[str]] = {}
    for segment, region in recent.select("segment", "region_code").sort("segment", "region_code").iter_rows():
        counts.setdefault(segment, Counter())[region] += 1
    return {segment: dict(by_region) for segment, by_region in counts.items()}


def _correction_truth(month: int, scale: float, seed: int) -> dict[str, str]:
    """The regency before and after the correction that is delivered with the month."""
    right = correction(month, scale, seed)
    wrong = first_delivery(month - 1, scale, seed).join(right, on="activity_id", how="semi")
    return {"activity_id": right["activity_id"][0], "from": wrong["region_code"][0], "to": right["region_code"][0]}


def _accepted(month: int, scale: float, seed: int) -> pl.DataFrame:
    """The accepted rows of the month's delivery, the correction last."""
    rows = first_delivery(month, scale, seed)
    accepted = with_defects(rows, OUTREACH_ACTIVITIES, rows.height + 1, first_day(month)).accepted
    return pl.concat([accepted, correction(month, scale, seed).select(accepted.columns)])
