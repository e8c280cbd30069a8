"""Outreach: which regency holds an activity in which month, on which channel, and what truly follows from it.

Belongs here: the activities, and their true effect as additional entrants of the three months after, who live in the
regency and are registered there. Does not belong here: who these entrants are (the plan lets them in).
A regency has its turn every sixteenth month, with one channel as a rule, so that others without any activity can be
compared with it. The seed decides whose turn it is.
"""

from functools import cache
from typing import Any

import polars as pl

from schemas.code_lists import values
from schemas.extracts.outreach import OUTREACH_ACTIVITIES
from simulator.apportionment import apportion
from simulator.months import first_day, month_index, month_indices
from simulator.population.calibration import by_place, persons_at
from simulator.population.regencies import places
from simulator.pseudorandom import random_integer

EFFECTS = {"face_to_face": 40, "messaging": 15, "app": 10, "radio_tv": 5, "social_media": 0, "webinar": 0}
MONTHS = 3  # in which the additional ones enter, after the month of the activity
_TURN, _TURN_PURPOSE = 16, 12
_SECOND, _FOR_WAGE_EARNERS = 10, 8  # one in so many activities has a second channel, or one for wage earners beside it
_AUDIENCES = ("petani dan nelayan", "pedagang pasar", "pengemudi", "pekerja lepas", "pelaku usaha mikro")
_COST = {
    "face_to_face": 45_000,
    "messaging": 900,
    "app": 2_500,
    "radio_tv": 1_800,
    "social_media": 600,
    "webinar": 4_000,
}


@cache
def _own_account_workers() -> list[int]:
    return by_place("BPU", persons_at("BPU", month_index("2024-12")))


@cache
def _phases(seed: int) -> list[int]:
    """By place, in an order drawn by lot: evenly many have their turn in a month, and evenly many a channel."""
    order = sorted(range(places().height), key=lambda place: random_integer(seed, place, _TURN_PURPOSE))
    ranks = {place: rank for rank, place in enumerate(order)}
    return [ranks[place] % (_TURN * len(EFFECTS)) for place in range(len(ranks))]


def _held(month: int, seed: int) -> list[tuple[int, str, str]]:
    """(place, segment, channel) of the month's activities."""
    channels = values("outreach_channels")
    held = []
    for place, phase in enumerate(_phases(seed)):
        round_, turn = divmod(month + phase, _TURN)
        if turn:
            continue
        held.append((place, "BPU", channels[round_ % len(channels)]))
        if (place * 12 + round_) % _SECOND == 0:
            held.append((place, "BPU", channels[(round_ + 2) % len(channels)]))
        if (place * 11 + round_) % _FOR_WAGE_EARNERS == 0:
            held.append((place, "PU", "webinar" if round_ % 2 else "face_to_face"))
    return held


def _reach(place: int, month: int, scale: float) -> int:
    """Persons reached: one to three times as many as are own-account members there, at least a thousand of the nation."""
    share = 100 + (place * 29 + month * 17) % 201
    return max(1, round(max(1_000, _own_account_workers()[place] * share // 100) * scale))


def activities(month: int, scale: float, seed: int) -> pl.DataFrame:
    """The extract's rows, typed."""
    codes = places()["code"]
    rows: list[tuple[object, ...]] = []
    for place, segment, channel in _held(month, seed):
        reach = _reach(place, month, scale)
        cost = max(1, reach * (80 + (place + month) % 41) // 100) * _COST[channel] // 1000 * 1000 + 1_000_000
        number = f"A{month // 12}{month % 12 + 1:02d}{len(rows) + 1:05d}"
        held_on = first_day(month).replace(day=1 + (place * 5 + month) % 28)
        audience = _AUDIENCES[(place + month) % len(_AUDIENCES)]
        rows.append((number, held_on, codes[place], segment, audience, channel, reach, cost))
    frame = pl.DataFrame(rows, schema=OUTREACH_ACTIVITIES.names, orient="row")
    return frame.cast({"reach_persons": pl.Int64, "cost_idr": pl.Int64})


@cache
def effects(month: int, scale: float, seed: int) -> tuple[tuple[int, str, int], ...]:
    """(place, channel, additional entrants in the three months after) of the month's activities for own-account workers.

    Rounded once a channel: in a small nation most activities reach fewer persons than it takes to win one.
    """
    found = []
    for channel, per_thousand in EFFECTS.items():
        held = [place for place, segment, other in _held(month, seed) if (segment, other) == ("BPU", channel)]
        reach = [_reach(place, month, scale) for place in held]
        won = apportion((per_thousand * sum(reach) + 500) // 1000, reach)
        found += [(place, channel, persons) for place, persons in zip(held, won, strict=True)]
    return tuple(found)


def truth(accepted: pl.DataFrame, month: int, scale: float, seed: int) -> dict[str, Any]:
    """By channel, activities of the month for own-account workers; `others`, the rest. A planted row is of another year.

    Reach and cost are null where an activity does not tell: no part is the whole.
    """
    accepted = accepted.filter(month_indices("held_on") == month)
    own, codes = pl.col("segment") == "BPU", places()["code"]
    sums = (pl.len().alias("activities"), *(
        pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name) for name in ("reach_persons", "cost_idr")
    ))  # fmt: skip
    found = {}
    for channel in values("outreach_channels"):
        told = accepted.filter(own & (pl.col("channel") == channel)).select(sums).row(0, named=True)
        won = {codes[place]: won for place, other, won in effects(month, scale, seed) if won and other == channel}
        found[channel] = {
            **told, "effect_per_1000_reached": EFFECTS[channel],
            "additional_entrants": sum(won.values()), "additional_entrants_by_region": won,
        }  # fmt: skip
    return {"channels": found, "others": accepted.filter(~own).select(sums).row(0, named=True)}
