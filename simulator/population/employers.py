"""Employers: number, branch of activity and size, each a fixed function of the place and the employer's number there.

Belongs here: what wage earners and the employers' extract must agree on, and the extract itself.
"""

import polars as pl

from schemas.extracts.employers import EMPLOYERS
from simulator.population.regencies import places
from simulator.pseudorandom import choose, random_bits

_NPP_SPACE, _NPP_STEP, _NUMBERS = 10**8, 7_654_321, 100_000
_CLOSED_IN = 50  # one in so many has closed; the last ones of a place, so that nobody works there
# By rank in the place: 80.7 % are micro (databoks 67f5ed64a9a66).
_SMALL_FROM, _MEDIUM_FROM, _LARGE_FROM = 0.193, 0.03, 0.003
_ACTIVITIES = ("47111", "47721", "56101", "10710", "14111", "46900", "41011", "49431", "62010", "64191", "85132",
               "86101", "01262", "10431", "55110", "96111", "78101", "47111", "56101", "13121")  # fmt: skip
_LOW_SALES = {"micro": 60, "small": 2_100, "medium": 15_100, "large": 51_000}  # million IDR a year, PP 7/2021


def working_at(chance: pl.Expr, employers: pl.Expr) -> pl.Expr:
    """The employer's number of a wage earner: the first ones of a place have many workers, most have few."""
    share = chance.cast(pl.Float64) / 2.0**31
    return ((employers - employers // _CLOSED_IN).cast(pl.Float64) * share * share * share).floor().cast(pl.Int64)


def number(place: pl.Expr, employer: pl.Expr, seed: int) -> pl.Expr:
    """The NPP: eight characters, a letter before one in 90. Every fiftieth employer is a division of the one before."""
    owner = employer - _is_division(employer).cast(pl.Int64)
    scattered = ((owner * places().height + place) * _NPP_STEP + seed * 101) % _NPP_SPACE
    digits = scattered.cast(pl.String).str.zfill(8)
    lettered = choose(list("ABCDEFGHJK"), scattered // 10**7) + digits.str.slice(1)
    return pl.when(scattered % 89 == 0).then(lettered).otherwise(digits)


def _is_division(employer: pl.Expr) -> pl.Expr:
    return employer % 50 == 49


def division(employer: pl.Expr) -> pl.Expr:
    """Three digits; 000 for the employer itself."""
    return pl.when(_is_division(employer)).then(pl.lit("001")).otherwise(pl.lit("000"))


def activity(place: pl.Expr, employer: pl.Expr) -> pl.Expr:
    """Five digits of a division that both versions of the classification have."""
    return choose(_ACTIVITIES, random_bits(place * _NUMBERS + employer, 11))


def size_class(place: pl.Expr, employer: pl.Expr, employers: pl.Expr) -> pl.Expr:
    """Size by rank in the place; a phase by place keeps the shares where there is only one employer."""
    phase = (place * 197 % 1000).cast(pl.Float64) / 1000
    rank = (employer.cast(pl.Float64) + phase) / employers.cast(pl.Float64)
    larger = pl.when(rank < _LARGE_FROM).then(pl.lit("large")).when(rank < _MEDIUM_FROM).then(pl.lit("medium"))
    return larger.when(rank < _SMALL_FROM).then(pl.lit("small")).otherwise(pl.lit("micro"))


def employers_of(counts: list[int], wage_earners: list[int], month: int, seed: int) -> pl.DataFrame:
    """The employers' extract of some places (all, in order): one row an employer and division, typed."""
    cells = pl.DataFrame({"place": range(len(counts)), "employers": counts, "workers": wage_earners})
    rows = cells.with_columns(pl.int_ranges("employers").alias("employer")).explode("employer")
    place, employer, employers = pl.col("place"), pl.col("employer"), pl.col("employers")
    described = rows.with_columns(
        number(place, employer, seed).alias("employer_id"),
        division(employer).alias("employer_division"),
        activity(place, employer).alias("kbli"),
        pl.lit(places()["code"]).gather(place).alias("work_region"),
        size_class(place, employer, employers).alias("size_class"),
        random_bits(place * _NUMBERS + employer, 12).alias("chance"),
        (employer >= employers - employers // _CLOSED_IN).alias("is_closed"),
    )
    return described.with_columns(*_circumstances(month)).select(EMPLOYERS.names)


def _circumstances(month: int) -> list[pl.Expr]:
    chance = pl.col("chance")
    low = pl.col("size_class").replace_strict(_LOW_SALES, return_dtype=pl.Int64)
    sales = low * 1_000_000 + low * 10_000 * (chance % 150)
    registered = pl.date(1995, 1, 1) + pl.duration(days=chance % 8_000)
    closed = pl.date(month // 12 - 1, 1, 15) + pl.duration(days=chance % 300)
    basis = pl.when(chance % 20 < 15).then(pl.lit("sales")).when(chance % 20 < 18).then(pl.lit("capital"))
    return [
        _expected_workers().alias("workers_declared"),
        pl.when(chance % 40 > 0).then(sales).alias("annual_sales_idr"),
        pl.when(chance % 3 > 0).then(sales // 3).alias("capital_idr"),
        basis.otherwise(pl.lit("declared")).alias("size_basis"),
        registered.alias("registered_on"),
        pl.when("is_closed").then(closed).alias("closed_on"),
        (chance // 32 % 100 < 8).alias("is_kur_debtor"),
    ]


def _expected_workers() -> pl.Expr:
    """Workers that `working_at` sends to the employer, on average; at least one while it is open."""
    active = (pl.col("employers") - pl.col("employers") // _CLOSED_IN).cast(pl.Float64)
    upper = ((pl.col("employer").cast(pl.Float64) + 1) / active).pow(1 / 3)
    lower = (pl.col("employer").cast(pl.Float64) / active).pow(1 / 3)
    expected = (pl.col("workers").cast(pl.Float64) * (upper - lower)).round().cast(pl.Int64)
    return pl.when("is_closed").then(0).otherwise(pl.max_horizontal(expected, 1))
