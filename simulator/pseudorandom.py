"""Pseudo-random numbers that depend on their key alone, the same on every machine and in every version.

Belongs here: random bits and choices by them. Not here: what they decide.
"""

from collections.abc import Sequence
from hashlib import blake2b

import polars as pl

_FIRST_FACTOR, _SECOND_FACTOR = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9


def random_bits(key: pl.Expr, purpose: int) -> pl.Expr:
    """31 pseudo-random bits of an integer key; different for each purpose."""
    # Expr.hash would be shorter, but its values change with the version of polars.
    spread = (key.cast(pl.UInt64) + pl.lit(purpose * 1_000_003, pl.UInt64)) * pl.lit(_FIRST_FACTOR, pl.UInt64)
    mixed = (spread ^ (spread // pl.lit(1 << 31, pl.UInt64))) * pl.lit(_SECOND_FACTOR, pl.UInt64)
    return (mixed // pl.lit(1 << 33, pl.UInt64)).cast(pl.Int64)


def random_integer(*key: int) -> int:
    """64 pseudo-random bits of some whole numbers, of which the last is the purpose."""
    return int.from_bytes(blake2b(repr(key).encode(), digest_size=8).digest())


def choose(choices: Sequence[str], number: pl.Expr) -> pl.Expr:
    """The choice at `number` modulo the number of choices. A repeated choice is more likely."""
    return pl.lit(pl.Series(choices)).gather(number % len(choices))
