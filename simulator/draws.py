"""Chance without chance: quotas by largest remainder and pseudo-random numbers that depend on nothing but their key.

Belongs here: arithmetic that is the same on every machine and in every version. Does not belong here: anything that
knows what is drawn.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import blake2b
from zlib import crc32

import polars as pl

_STIR = 0x9E3779B97F4A7C15
_BLEND = 0xBF58476D1CE4E5B9


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split over `weights` by largest remainder, in whole numbers only; the parts add up to `total`.

    No part exceeds its quota rounded up. Ties go by a fixed shuffle of the places, not by their order: otherwise the
    first provinces of the list would win every tie of a small nation.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    claims = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), crc32(b"%d" % i)))
    for place in claims[:left]:
        parts[place] += 1
    return parts


def noise(key: pl.Expr, purpose: int) -> pl.Expr:
    """31 pseudo-random bits of an integer key, another stream for each purpose. Expr.hash changes with versions."""
    stirred = (key.cast(pl.UInt64) + pl.lit(purpose * 1_000_003, pl.UInt64)) * pl.lit(_STIR, pl.UInt64)
    blended = (stirred ^ (stirred // pl.lit(1 << 31, pl.UInt64))) * pl.lit(_BLEND, pl.UInt64)
    return (blended // pl.lit(1 << 33, pl.UInt64)).cast(pl.Int64)


def lot(*key: int) -> int:
    """64 pseudo-random bits of a few whole numbers, the last of which says what for."""
    return int.from_bytes(blake2b(repr(key).encode(), digest_size=8).digest())


def one_of(choices: Sequence[str], number: pl.Expr, dtype: pl.DataType | None = None) -> pl.Expr:
    """The choice at `number` modulo their count; repeat a choice to make it likelier."""
    return pl.lit(pl.Series(choices, dtype=dtype)).gather(number % len(choices))


def month_index(month: str) -> int:
    """Twelve times the year and the months since January, of a text like 2024-12."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def first_day_of(month: int) -> date:
    """The first day of a month index."""
    return date(month // 12, month % 12 + 1, 1)


def index_of(column: str) -> pl.Expr:
    """The month index of a column of dates."""
    return (pl.col(column).dt.year().cast(pl.Int64) * 12 + pl.col(column).dt.month().cast(pl.Int64) - 1).alias(column)


def first_day(index: pl.Expr) -> pl.Expr:
    """The first days of a column of month indices."""
    return pl.date(index // 12, index % 12 + 1, 1)
