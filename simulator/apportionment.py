"""Whole numbers split by weights, so that every total is exact at every scale.

Belongs here: quotas by the largest remainder. Not here: the totals (`population.calibration`).
"""

from collections.abc import Sequence
from zlib import crc32


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split over `weights` by the largest remainder, in whole numbers; the parts add up to `total`.

    No part exceeds its quota rounded up. Without any weight, all parts are 0.
    """
    sum_of_weights = sum(weights)
    if not sum_of_weights:
        return [0] * len(weights)
    parts = [total * weight // sum_of_weights for weight in weights]
    # Equal remainders are ranked by a fixed shuffle: otherwise the first provinces would win every tie of a small nation.
    ranked = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % sum_of_weights), crc32(b"%d" % i)))
    for index in ranked[: total - sum(parts)]:
        parts[index] += 1
    return parts
