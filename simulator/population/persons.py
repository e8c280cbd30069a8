"""Identity of a person: NIK, membership number, birth date, sex and home, computed from regency, stratum and number.

Belongs here: what does not change from month to month. Not here: what a month changes (`memberships`).
Every step below can be inverted, so no two persons have the same number and none must be drawn again.
"""

from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import polars as pl

from simulator.months import month_indices
from simulator.population.absences import HISTORY_START, MODULI
from simulator.population.regencies import (
    HOME_SLOTS,
    SEGMENT_RANKS,
    home_province_table,
    home_regency_table,
    province_codes,
    regencies,
)
from simulator.population.row_plan import STRATA, residue_of_person
from simulator.pseudorandom import choose, random_bits

_NUMBERS = 1 << 22  # persons of one stratum in one regency
_SLOTS = 40_009  # pairs of birth date and sex; a prime, so that any step reaches all of them
_WOMEN_PERMILLE = 302  # 12.57 of 41.55 million (databoks 0ca66433de93f76)
# Age from which, and permille; synthetic.
_AGES = ((17, 40), (20, 140), (25, 320), (35, 250), (45, 170), (55, 75), (63, 5), (65, 0))
_KPJ_SPACE, _KPJ_STEP = 10**11, 123_456_789
_UNISSUED = 99 * 10**10  # no district has this number, so that no simulated NIK is that of a real person
# The segment whose commuting the persons of each stratum share, in the order of STRATA.
_COMMUTES_LIKE = ("PU", "JAKON", "BPU", "PMI", "BPU", "PU", "PU", "PU", "PMI", "BPU")


def reference_year(month: int) -> int:
    """The year at whose end the ages are as listed: one year for all calibrated months, so that ages stay consistent."""
    return min(2024, month // 12 + 1)


@cache
def _birth_slots(year: int) -> pl.DataFrame:
    """Birth date and sex by slot; `twin` numbers the slots that have both in common."""
    births: list[date] = []
    for (age, permille), (following, _) in pairwise(_AGES):
        count = round(_SLOTS * permille / 1000)
        latest, days = date(year - age, 12, 31), 365 * (following - age)
        births += [latest - timedelta(days=days * i // count) for i in range(count)]
    births = (births + births[-1:] * _SLOTS)[:_SLOTS]
    women = [i * _WOMEN_PERMILLE % 1000 < _WOMEN_PERMILLE for i in range(_SLOTS)]
    slots = pl.DataFrame({"birth_date": births, "woman": women})
    return slots.with_columns(pl.int_range(pl.len()).over("birth_date", "woman").alias("twin"))


def with_identity(persons: pl.DataFrame, month: int, seed: int) -> pl.DataFrame:
    """The persons with `person`, `residue`, `birth_date`, `sex`, `nik`, `membership_id`, `work_region` and `home_region`."""
    number = pl.col("person_number") * len(STRATA) + pl.col("stratum")  # unique in the regency
    person = pl.col("regency") * (_NUMBERS * len(STRATA)) + number
    numbered = persons.with_columns(person.alias("person"), number.alias("number"), residue_of_person())
    registered = numbered.with_columns(_first_regency(seed).alias("first_regency"))
    slots = _birth_slots(reference_year(month))
    slot = (pl.col("number") * 15_485 + pl.col("first_regency") * 977 + seed) % _SLOTS
    born = registered.with_columns(slot.alias("slot")).with_columns(
        pl.lit(slots[name]).gather(pl.col("slot")).alias(name) for name in slots.columns
    )
    code = pl.lit(regencies()["code"])
    return born.with_columns(
        pl.when("woman").then(pl.lit("F")).otherwise(pl.lit("M")).alias("sex"),
        nik(_nik_prefix(), pl.col("birth_date"), pl.col("woman"), _nik_serial(slots)).alias("nik"),
        _membership_id(seed).alias("membership_id"),
        code.gather(pl.col("regency")).alias("work_region"),
        code.gather(_home_regency(month, seed)).alias("home_region"),
    ).drop("number", "first_regency", "slot", "twin")


def nik(prefix: pl.Expr, born: pl.Expr, woman: pl.Expr, serial: pl.Expr) -> pl.Expr:
    """The 16 digits: regency of first registration, unissued district, birth date (day + 40 for women), serial."""
    day = born.dt.day().cast(pl.Int64) + pl.when(woman).then(40).otherwise(0)
    born_as = day * 10**8 + born.dt.month().cast(pl.Int64) * 10**6 + born.dt.year().cast(pl.Int64) % 100 * 10**4
    return (prefix * 10**12 + _UNISSUED + born_as + serial).cast(pl.String)


def _first_regency(seed: int) -> pl.Expr:
    """The regency of first registration: for most persons their own or a near one in the list, for some a far one."""
    chance = random_bits(pl.col("number"), seed + 1)
    far = chance // 100
    step = pl.when(chance % 100 < 80).then(0).when(chance % 100 < 94).then(far % 9 + 1).otherwise(far)
    return (pl.col("regency") + step) % regencies().height


def _nik_prefix() -> pl.Expr:
    """The code of the regency at first registration: that of before 2022 for seven in ten."""
    new = pl.lit(regencies()["code"].cast(pl.Int64)).gather(pl.col("first_regency"))
    old = pl.lit(regencies()["old_code"].cast(pl.Int64)).gather(pl.col("first_regency"))
    return pl.when(pl.col("number") % 10 < 7).then(old).otherwise(new)


def _nik_serial(slots: pl.DataFrame) -> pl.Expr:
    twins = int(slots["twin"].max()) + 1  # type: ignore[arg-type]
    return 1 + pl.col("number") // _SLOTS * twins + pl.col("twin")


def _membership_id(seed: int) -> pl.Expr:
    """Eleven characters. The step has no common factor with the number of values, so every number is unique."""
    stratum = pl.col("membership") * len(STRATA) + pl.col("stratum")
    number = (stratum * regencies().height + pl.col("regency")) * _NUMBERS + pl.col("person_number")
    scattered = (number * _KPJ_STEP + seed * 7_919) % _KPJ_SPACE
    digits = scattered.cast(pl.String).str.zfill(11)
    with_letter = choose(list("ABCDEFGHJK"), scattered // 10**10) + digits.str.slice(1)
    return pl.when(scattered % 31 == 0).then(with_letter).otherwise(digits)


def _home_regency(month: int, seed: int) -> pl.Expr:
    """The regency of residence: the province by commuting, within the same province mostly the regency of work.

    Persons who have moved live in another province for good. Recruited persons live where the activity
    was held, and move after the month of entry, if at all.
    """
    work = pl.lit(regencies()["province"]).gather(pl.col("regency"))
    recruited, chance = pl.col("recruited"), random_bits(pl.col("person"), seed + 2)
    first = pl.when(recruited).then(work).otherwise(_commuting_province(work, seed))
    further = (first + 1 + chance // 2**20 % (len(province_codes()) - 1)) % len(province_codes())
    home = pl.when(_has_moved(month)).then(further).otherwise(first)
    drawn = pl.lit(home_regency_table()).gather(home * HOME_SLOTS + chance // 16 % HOME_SLOTS)
    stays = (home == work) & (recruited | (chance % 10 < 8))
    return pl.when(stays).then(pl.col("regency")).otherwise(drawn.cast(pl.Int64))


def _commuting_province(work: pl.Expr, seed: int) -> pl.Expr:
    segment = pl.lit(pl.Series([SEGMENT_RANKS.index(name) for name in _COMMUTES_LIKE])).gather(pl.col("stratum"))
    slot = (pl.col("person_number") * 617 + pl.col("regency") * 131 + seed) % HOME_SLOTS
    return pl.lit(home_province_table()).gather((segment * len(province_codes()) + work) * HOME_SLOTS + slot)


def _has_moved(month: int) -> pl.Expr:
    """Whether the person moved before the month, as `absences.movers` has it."""
    modulus = pl.col("modulus")
    months_until_move = (pl.col("residue") + modulus - modulus // 2) % modulus
    earliest = pl.when("recruited").then(month_indices("entry_month") - HISTORY_START).otherwise(0)
    moves = modulus >= min(MODULI.values())
    return moves & months_until_move.is_between(earliest, month - HISTORY_START, closed="left")
