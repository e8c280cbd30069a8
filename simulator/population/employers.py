"""Employers: number, activity and size, computed from the regency and the rank of the employer in the regency.

Belongs here: what wage earners and the employers' extract must agree on. Not here: that extract (`extracts.employers`).
The first employers of a regency are the largest; the last ones have closed and employ no one.
"""

import polars as pl

from simulator.population.regencies import regencies
from simulator.pseudorandom import choose, random_bits

_NPP_SPACE, _NPP_STEP, _NUMBERS = 10**8, 7_654_321, 100_000
_CLOSED_IN = 50  # one employer in so many has closed
# By rank in the regency: 80.7 % are micro (databoks 67f5ed64a9a66).
_SMALL_UNTIL, _MEDIUM_UNTIL, _LARGE_UNTIL = 0.193, 0.03, 0.003
_ACTIVITIES = ("47111", "47721", "56101", "10710", "14111", "46900", "41011", "49431", "62010", "64191", "85132",
               "86101", "01262", "10431", "55110", "96111", "78101", "47111", "56101", "13121")  # fmt: skip


def open_employers(employers: pl.Expr) -> pl.Expr:
    """The number of employers of a regency that have not closed: those of lower rank."""
    return employers - employers // _CLOSED_IN


def employer_of_worker(chance: pl.Expr, employers: pl.Expr) -> pl.Expr:
    """The employer of a wage earner: the first ones of a regency have many workers, most have few."""
    share = chance.cast(pl.Float64) / 2.0**31
    return (open_employers(employers).cast(pl.Float64) * share * share * share).floor().cast(pl.Int64)


def employer_id(regency: pl.Expr, employer: pl.Expr, seed: int) -> pl.Expr:
    """The NPP: eight digits, or a letter first for one in 90. Every fiftieth employer is a division of the one before."""
    owner = employer - _is_division(employer).cast(pl.Int64)
    scattered = ((owner * regencies().height + regency) * _NPP_STEP + seed * 101) % _NPP_SPACE
    digits = scattered.cast(pl.String).str.zfill(8)
    with_letter = choose(list("ABCDEFGHJK"), scattered // 10**7) + digits.str.slice(1)
    return pl.when(scattered % 89 == 0).then(with_letter).otherwise(digits)


def _is_division(employer: pl.Expr) -> pl.Expr:
    return employer % 50 == 49


def employer_division(employer: pl.Expr) -> pl.Expr:
    """Three digits; 000 for the employer itself."""
    return pl.when(_is_division(employer)).then(pl.lit("001")).otherwise(pl.lit("000"))


def employer_chance(regency: pl.Expr, employer: pl.Expr, purpose: int) -> pl.Expr:
    """Pseudo-random bits of an employer."""
    return random_bits(regency * _NUMBERS + employer, purpose)


def activity(regency: pl.Expr, employer: pl.Expr) -> pl.Expr:
    """Five digits of a division that exists in both versions of the classification."""
    return choose(_ACTIVITIES, employer_chance(regency, employer, 11))


def size_class(regency: pl.Expr, employer: pl.Expr, employers: pl.Expr) -> pl.Expr:
    """The size by rank in the regency."""
    # The fraction keeps the shares of the sizes where a regency has only one employer.
    fraction = (regency * 197 % 1000).cast(pl.Float64) / 1000
    rank = (employer.cast(pl.Float64) + fraction) / employers.cast(pl.Float64)
    larger = pl.when(rank < _LARGE_UNTIL).then(pl.lit("large")).when(rank < _MEDIUM_UNTIL).then(pl.lit("medium"))
    return larger.when(rank < _SMALL_UNTIL).then(pl.lit("small")).otherwise(pl.lit("micro"))
