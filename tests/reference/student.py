"""Student's t: exactly, by its integral, and as the first four terms of Cornish and Fisher, which the product computes with.

Belongs here: the quantile. Not: how many degrees of freedom a figure has.
"""

from math import exp, lgamma, pi, sqrt
from statistics import NormalDist


def expanded(two_sided: float, freedom: float) -> float:
    """Abramowitz and Stegun 26.7.5."""
    z = NormalDist().inv_cdf((1 + two_sided) / 2)
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def exact(two_sided: float, freedom: float) -> float:
    """By bisection: of the distribution so much is between −t and t."""
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < two_sided else (low, middle)
    return low


def _within(value: float, freedom: float, steps: int = 2000) -> float:
    """Twice the integral of the density from 0, by Simpson's rule."""
    scale = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(freedom * pi)
    width = value / steps
    density = [scale * (1 + (n * width) ** 2 / freedom) ** (-(freedom + 1) / 2) for n in range(steps + 1)]
    return 2 * width / 3 * (density[0] + density[-1] + 4 * sum(density[1::2]) + 2 * sum(density[2:-1:2]))
