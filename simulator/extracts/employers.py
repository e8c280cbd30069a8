"""The employers' extract: one row per employer and division.

Belongs here: its rows. Not here: what wage earners need of their employer (`population.employers`).
"""

import polars as pl

from schemas.extracts.employers import EMPLOYERS
from simulator.population.employers import (
    activity,
    employer_chance,
    employer_division,
    employer_id,
    open_employers,
    size_class,
)
from simulator.population.regencies import regencies

_LOWEST_SALES = {"micro": 60, "small": 2_100, "medium": 15_100, "large": 51_000}  # million IDR a year, PP 7/2021


def employer_rows(counts: list[int], wage_earners: list[int], month: int, seed: int) -> pl.DataFrame:
    """The typed rows of the extract, for so many employers and wage earners of each regency, in the order of regencies."""
    by_regency = pl.DataFrame({"regency": range(len(counts)), "employers": counts, "workers": wage_earners})
    rows = by_regency.with_columns(pl.int_ranges("employers").alias("employer")).explode("employer")
    regency, employer, employers = pl.col("regency"), pl.col("employer"), pl.col("employers")
    identified = rows.with_columns(
        employer_id(regency, employer, seed).alias("employer_id"),
        employer_division(employer).alias("employer_division"),
        activity(regency, employer).alias("kbli"),
        pl.lit(regencies()["code"]).gather(regency).alias("work_region"),
        size_class(regency, employer, employers).alias("size_class"),
        employer_chance(regency, employer, 12).alias("chance"),
        (employer >= open_employers(employers)).alias("is_closed"),
    )
    return identified.with_columns(*_details(month)).select(EMPLOYERS.names)


def _details(month: int) -> list[pl.Expr]:
    chance = pl.col("chance")
    lowest = pl.col("size_class").replace_strict(_LOWEST_SALES, return_dtype=pl.Int64)
    sales = lowest * 1_000_000 + lowest * 10_000 * (chance % 150)
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
    """The workers that `employer_of_worker` gives the employer on average, at least one while it is open."""
    open_ = open_employers(pl.col("employers")).cast(pl.Float64)
    upper = ((pl.col("employer").cast(pl.Float64) + 1) / open_).pow(1 / 3)
    lower = (pl.col("employer").cast(pl.Float64) / open_).pow(1 / 3)
    expected = (pl.col("workers").cast(pl.Float64) * (upper - lower)).round().cast(pl.Int64)
    return pl.when("is_closed").then(0).otherwise(pl.max_horizontal(expected, 1))
