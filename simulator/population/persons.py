"""Who a person is: numbers, birth date, sex and home, each a fixed function of the person's place, stream and number.

Belongs here: what stays with a person from month to month. Does not belong here: what a month changes.
No two persons share a number *by construction*: each step below can be undone, so nothing needs to be drawn again.
"""

from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import polars as pl

from simulator.months import month_indices
from simulator.population.absences import BASE, PERIODS
from simulator.population.regencies import (
    HOME_SLOTS,
    SEGMENT_RANKS,
    home_place_table,
    home_province_table,
    places,
    province_codes,
)
from simulator.population.row_plan import STREAMS, turn
from simulator.pseudorandom import random_bits

_NUMBERS = 1 << 22  # persons of one stream in one place
_SLOTS = 40_009  # pairs of birth date and sex; a prime, so that every step below 40,009 walks through all of them
_WOMEN_PERMILLE = 302  # 12.57 of 41.55 million (databoks 0ca66433de93f76)
# From age, permille; invented.
_AGES = ((17, 40), (20, 140), (25, 320), (35, 250), (45, 170), (55, 75), (63, 5), (65, 0))
_KPJ_SPACE, _KPJ_STEP = 10**11, 123_456_789
_UNISSUED = 99 * 10**10  # no district has this number: the NIK of no real person can be met
_LIKE = (
    "PU",
    "JAKON",
    "BPU",
    "PMI",
    "BPU",
    "PU",
    "PU",
    "PU",
    "PMI",
    "BPU",
)  # whose way to work the persons of a stream have


def reference_year(month: int) -> int:
    """The year at whose end the ages are as listed: one for all the months of the calibration, so that persons stay."""
    return min(2024, month // 12 + 1)


@cache
def _birth_slots(year: int) -> pl.DataFrame:
    """Birth date, sex and, where slots are alike, a number that tells them apart."""
    births: list[date] = []
    for (age, permille), (following, _) in pairwise(_AGES):
        count = round(_SLOTS * permille / 1000)
        latest, span = date(year - age, 12, 31), 365 * (following - age)
        births += [latest - timedelta(days=span * i // count) for i in range(count)]
    births = (births + births[-1:] * _SLOTS)[:_SLOTS]
    women = [i * _WOMEN_PERMILLE % 1000 < _WOMEN_PERMILLE for i in range(_SLOTS)]
    slots = pl.DataFrame({"birth_date": births, "woman": women})
    return slots.with_columns(pl.int_range(pl.len()).over("birth_date", "woman").alias("twin"))


def with_identity(skeleton: pl.DataFrame, month: int, seed: int) -> pl.DataFrame:
    """The skeleton with `person`, `turn`, `birth_date`, `sex`, `nik`, `membership_id`, `work_region` and `home_region`."""
    numbered = skeleton.with_columns(
        (pl.col("place") * (_NUMBERS * len(STREAMS)) + pl.col("idx") * len(STREAMS) + pl.col("stream")).alias("person"),
        (pl.col("idx") * len(STREAMS) + pl.col("stream")).alias("number"),
        turn(pl.col("period"), pl.col("place"), pl.col("idx")).alias("turn"),
    )
    shifted = numbered.with_columns(_first_registered(seed).alias("origin"))
    slots = _birth_slots(reference_year(month))
    slot = (pl.col("number") * 15_485 + pl.col("origin") * 977 + seed) % _SLOTS
    looked_up = shifted.with_columns(slot.alias("slot")).with_columns(
        pl.lit(slots[name]).gather(pl.col("slot")).alias(name) for name in slots.columns
    )
    code = pl.lit(places()["code"])
    return looked_up.with_columns(
        pl.when("woman").then(pl.lit("F")).otherwise(pl.lit("M")).alias("sex"),
        nik(_prefix(), pl.col("birth_date"), pl.col("woman"), _serial(slots)).alias("nik"),
        _membership_id(seed).alias("membership_id"),
        code.gather(pl.col("place")).alias("work_region"),
        code.gather(_home(month, seed)).alias("home_region"),
    ).drop("number", "origin", "slot", "twin")


def nik(prefix: pl.Expr, born: pl.Expr, woman: pl.Expr, serial: pl.Expr) -> pl.Expr:
    """The 16 digits: regency of first registration, no district, birth date (day + 40 for women), serial."""
    day = born.dt.day().cast(pl.Int64) + pl.when(woman).then(40).otherwise(0)
    born_as = day * 10**8 + born.dt.month().cast(pl.Int64) * 10**6 + born.dt.year().cast(pl.Int64) % 100 * 10**4
    return (prefix * 10**12 + _UNISSUED + born_as + serial).cast(pl.String)


def _first_registered(seed: int) -> pl.Expr:
    """Place of first registration: for each number a rotation of all places, mostly by none or a few steps."""
    chance = random_bits(pl.col("number"), seed + 1)
    far = chance // 100
    step = pl.when(chance % 100 < 80).then(0).when(chance % 100 < 94).then(far % 9 + 1).otherwise(far)
    return (pl.col("place") + step) % places().height


def _prefix() -> pl.Expr:
    """The code the place had at registration: before 2022 for seven in ten."""
    new = pl.lit(places()["code"].cast(pl.Int64)).gather(pl.col("origin"))
    old = pl.lit(places()["old_code"].cast(pl.Int64)).gather(pl.col("origin"))
    return pl.when(pl.col("number") % 10 < 7).then(old).otherwise(new)


def _serial(slots: pl.DataFrame) -> pl.Expr:
    twins = int(slots["twin"].max()) + 1  # type: ignore[arg-type]
    return 1 + pl.col("number") // _SLOTS * twins + pl.col("twin")


def _membership_id(seed: int) -> pl.Expr:
    """Eleven characters: digits, scattered by a step that shares no factor with their space; some have a letter."""
    stream = pl.col("membership") * len(STREAMS) + pl.col("stream")
    number = (stream * places().height + pl.col("place")) * _NUMBERS + pl.col("idx")
    scattered = (number * _KPJ_STEP + seed * 7_919) % _KPJ_SPACE
    digits = scattered.cast(pl.String).str.zfill(11)
    letters = pl.Series(list("ABCDEFGHJK"))
    lettered = pl.lit(letters).gather(scattered // 10**10) + digits.str.slice(1)
    return pl.when(scattered % 31 == 0).then(lettered).otherwise(digits)


def _home(month: int, seed: int) -> pl.Expr:
    """Place of residence: the province by the commuting table, mostly the place of work within the province.

    Who has moved by the month lives in another province for good, some way down the list of provinces. Whom outreach won
    lives where the activity was held, and moves after the month of entry if ever.
    """
    province = pl.lit(places()["province"])
    rank = pl.lit(pl.Series([SEGMENT_RANKS.index(segment) for segment in _LIKE])).gather(pl.col("stream"))
    work = province.gather(pl.col("place"))
    slot = (pl.col("idx") * 617 + pl.col("place") * 131 + seed) % HOME_SLOTS
    drawn = pl.lit(home_province_table()).gather((rank * len(province_codes()) + work) * HOME_SLOTS + slot)
    first = pl.when("won").then(work).otherwise(drawn)
    chance = random_bits(pl.col("person"), seed + 2)
    waits = (pl.col("turn") + pl.col("period") - pl.col("period") // 2) % pl.col("period")
    since = pl.when("won").then(month_indices("entered") - BASE).otherwise(0)
    moved = (pl.col("period") >= min(PERIODS.values())) & waits.is_between(since, month - BASE, closed="left")
    further = (first + 1 + chance // 2**20 % (len(province_codes()) - 1)) % len(province_codes())
    home = pl.when(moved).then(further).otherwise(first)
    elsewhere = pl.lit(home_place_table()).gather(home * HOME_SLOTS + chance // 16 % HOME_SLOTS)
    return (
        pl.when((home == work) & (pl.col("won") | (chance % 10 < 8)))
        .then(pl.col("place"))
        .otherwise(elsewhere.cast(pl.Int64))
    )
