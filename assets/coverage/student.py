"""Quantiles of Student's t as terms that SQL adds up, because neither engine has a function for them.

Belongs here: the terms of the expansion. Not here: the degrees of freedom of a figure (its own SQL).
Source: Cornish and Fisher; Abramowitz and Stegun 26.7.5. The first four terms are within 0.001 of the quantile from five degrees
of freedom at 80 %, and within 0.03 from three at 95 %.
"""

from statistics import NormalDist

import polars as pl


def student_terms(two_sided: float) -> pl.DataFrame:
    """One row, `normal`, `over_1` to `over_3`: t of f degrees of freedom is normal + over_1 / f + over_2 / f² + over_3 / f³.

    `two_sided`: the probability between −t and t.
    """
    z = NormalDist().inv_cdf((1 + two_sided) / 2)
    terms = {
        "normal": z,
        "over_1": (z**3 + z) / 4,
        "over_2": (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        "over_3": (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    }
    return pl.DataFrame({name: [value] for name, value in terms.items()})
