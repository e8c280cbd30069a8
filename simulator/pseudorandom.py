"""Pseudo-random numbers that depend on their key alone, the same on every machine and in every version.

Belongs here: random bits and choices by them. Not here: what they decide.
"""

from collections.abc import Sequence
from hashlib import blake2b

import polars as pl

_STIR = 0x9E3779B97F4A7C15
_BLEND = 0xBF58476D1CE4E5B9


def random_bits(key: pl.Expr, purpose: int) -> pl.Expr:
    """31 pseudo-random bits of an integer key, another stream for each purpose. Expr.hash changes with versions."""
    stirred = (key.cast(pl.UInt64) + pl.lit(purpose * 1_000_003, pl.UInt64)) * pl.lit(_STIR, pl.UInt64)
    blended = (stirred ^ (stirred // pl.lit(1 << 31, pl.UInt64))) * pl.lit(_BLEND, pl.UInt64)
    return (blended // pl.lit(1 << 33, pl.UInt64)).cast(pl.Int64)


def random_integer(*key: int) -> int:
    """64 pseudo-random bits of a few whole numbers, the last of which says what for."""
    return int.from_bytes(blake2b(repr(key).encode(), digest_size=8).digest())


def choose(choices: Sequence[str], number: pl.Expr, dtype: pl.DataType | None = None) -> pl.Expr:
    """The choice at `number` modulo their count; repeat a choice to make it likelier."""
    return pl.lit(pl.Series(choices, dtype=dtype)).gather(number % len(choices))
