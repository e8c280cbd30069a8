"""Outreach activities: which regency has one in which month, on which channel, and how many entrants it truly brings.

Belongs here: the activities, and the additional entrants of the three months after, who live and are registered in the
regency. Not here: who these entrants are (`member_ranges`), corrections of the extract (`extracts.outreach`).
A regency has activities every sixteenth month, usually on one channel, so that other regencies without any activity can
be compared with it. The seed decides the order of the regencies.
"""

from functools import cache

import polars as pl

from schemas.code_lists import values
from schemas.extracts.outreach import OUTREACH_ACTIVITIES
from simulator.apportionment import apportion
from simulator.months import first_day, month_index
from simulator.population.calibration import by_regency, persons_at
from simulator.population.regencies import regencies
from simulator.pseudorandom import random_integer

EFFECT_PER_1000_REACHED = {
    "face_to_face": 40,
    "messaging": 15,
    "app": 10,
    "radio_tv": 5,
    "social_media": 0,
    "webinar": 0,
}
MONTHS = 3  # the additional persons enter in the three months after the month of the activity
_INTERVAL, _ORDER_PURPOSE = 16, 12
_SECOND_CHANNEL, _WAGE_EARNERS = (
    10,
    8,
)  # beside one in 10 activities a second channel, beside one in 8 one for wage earners
_AUDIENCES = ("petani dan nelayan", "pedagang pasar", "pengemudi", "pekerja lepas", "pelaku usaha mikro")
_COST_PER_1000 = {
    "face_to_face": 45_000,
    "messaging": 900,
    "app": 2_500,
    "radio_tv": 1_800,
    "social_media": 600,
    "webinar": 4_000,
}


@cache
def _own_account_members() -> list[int]:
    return by_regency("BPU", persons_at("BPU", month_index("2024-12")))


@cache
def _ranks(seed: int) -> list[int]:
    """The rank of each regency in a random order, so that months and channels have equally many regencies."""
    order = sorted(range(regencies().height), key=lambda regency: random_integer(seed, regency, _ORDER_PURPOSE))
    ranks = {regency: rank for rank, regency in enumerate(order)}
    return [ranks[regency] % (_INTERVAL * len(EFFECT_PER_1000_REACHED)) for regency in range(len(ranks))]


def _activities_of_month(month: int, seed: int) -> list[tuple[int, str, str]]:
    """(regency, segment, channel) of each activity of the month."""
    channels = values("outreach_channels")
    found = []
    for regency, rank in enumerate(_ranks(seed)):
        round_, months_since = divmod(month + rank, _INTERVAL)
        if months_since:
            continue
        found.append((regency, "BPU", channels[round_ % len(channels)]))
        if (regency * 12 + round_) % _SECOND_CHANNEL == 0:
            found.append((regency, "BPU", channels[(round_ + 2) % len(channels)]))
        if (regency * 11 + round_) % _WAGE_EARNERS == 0:
            found.append((regency, "PU", "webinar" if round_ % 2 else "face_to_face"))
    return found


def _reach(regency: int, month: int, scale: float) -> int:
    """Persons reached: one to three times the own-account members of the regency, at full scale at least a thousand."""
    percent = 100 + (regency * 29 + month * 17) % 201
    return max(1, round(max(1_000, _own_account_members()[regency] * percent // 100) * scale))


def activities(month: int, scale: float, seed: int) -> pl.DataFrame:
    """The typed rows of the extract: one per activity of the month."""
    codes = regencies()["code"]
    rows: list[tuple[object, ...]] = []
    for regency, segment, channel in _activities_of_month(month, seed):
        reach = _reach(regency, month, scale)
        paid_for = max(1, reach * (80 + (regency + month) % 41) // 100)
        cost = paid_for * _COST_PER_1000[channel] // 1000 * 1000 + 1_000_000
        activity_id = f"A{first_day(month):%Y%m}{len(rows) + 1:05d}"
        held_on = first_day(month).replace(day=1 + (regency * 5 + month) % 28)
        audience = _AUDIENCES[(regency + month) % len(_AUDIENCES)]
        rows.append((activity_id, held_on, codes[regency], segment, audience, channel, reach, cost))
    frame = pl.DataFrame(rows, schema=OUTREACH_ACTIVITIES.names, orient="row")
    return frame.cast({"reach_persons": pl.Int64, "cost_idr": pl.Int64})


@cache
def additional_entrants(month: int, scale: float, seed: int) -> tuple[tuple[int, str, int], ...]:
    """(regency, channel, additional entrants in the three months after) of the month's own-account activities.

    Rounded once per channel: in a small nation most activities reach too few persons to bring one entrant.
    """
    found: list[tuple[int, str, int]] = []
    for channel, effect in EFFECT_PER_1000_REACHED.items():
        activities_of_channel = [
            regency
            for regency, segment, other in _activities_of_month(month, seed)
            if (segment, other) == ("BPU", channel)
        ]
        reach = [_reach(regency, month, scale) for regency in activities_of_channel]
        entrants = apportion((effect * sum(reach) + 500) // 1000, reach)
        found += [(regency, channel, persons) for regency, persons in zip(activities_of_channel, entrants, strict=True)]
    return tuple(found)


def entrants_of_month(persons: int, later: int) -> int:
    """The part of an activity's additional entrants that enter `later` months after it."""
    return persons * later // MONTHS - persons * (later - 1) // MONTHS
