"""Whole numbers split by weights, so that every total is exact at every scale.

Belongs here: quotas by the largest remainder. Not here: the totals (`population.calibration`).
"""

from collections.abc import Sequence
from zlib import crc32


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
