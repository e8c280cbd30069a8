"""Enterprises: employers by size, and whether they hold what the law asks of their size.

Belongs here: what `coverage_enterprise` reads and what of it must add up. Not: bands, obligations and sectors (code lists).
"""

from pathlib import Path

import polars as pl

from assets.coverage.adding_up import Parts, unequal
from assets.coverage.summary import Read, Summary, this_month
from schemas.employers import EMPLOYERS
from schemas.extracts import stored_table
from schemas.registers import MEMBERSHIPS
from schemas.summaries.common import ALL, NATION
from schemas.summaries.enterprises import COVERAGE_ENTERPRISE

_ADDED = ("employers", "workers_declared", "protected_workers", "enrolled_employers", "compliant_employers",
          "kur_employers", "size_differs_employers")  # fmt: skip


def _parts_are_whole(path: Path) -> list[str]:
    by_place = (pl.col("size_basis") == ALL) & (pl.col("sector") == ALL)
    national = pl.col("province_code") == NATION
    return unequal(
        pl.read_parquet(path),
        _ADDED,
        Parts("provinces", "province_code", NATION, ("size_class",), by_place),
        Parts("sizes", "size_class", ALL, ("province_code", "size_basis", "sector"), pl.lit(value=True)),
        Parts("bases", "size_basis", ALL, ("size_class",), national & (pl.col("sector") == ALL)),
        Parts("sectors", "sector", ALL, ("size_class",), national & (pl.col("size_basis") == ALL)),
    )


ENTERPRISES = Summary(
    COVERAGE_ENTERPRISE,
    Path(__file__).parent,
    reads=(
        Read("employers", stored_table(EMPLOYERS), this_month),
        Read("memberships", MEMBERSHIPS, this_month),
    ),
    codes=("protected_rule", "size_bands", "size_obligations", "sectors"),
    working=(
        "coverage_enterprise_bands",
        "coverage_enterprise_workers",
        "coverage_enterprise_employers",
        "coverage_enterprise_largest",
    ),
    check=_parts_are_whole,
)
