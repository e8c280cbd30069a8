"""Enterprises: employers by size, and whether they hold what the law asks of their size.

Belongs here: what `coverage_enterprise` reads and what of it must add up. Not: bands, obligations and sectors (code lists).
"""

from pathlib import Path

import polars as pl

from assets.coverage.summary import Summary, SummaryInput, this_month
from assets.coverage.sums import broken_sums
from assets.registers.persons import MEMBERSHIP_STATUS
from schemas.extracts.catalogue import stored_table
from schemas.extracts.employers import EMPLOYERS
from schemas.registers import MEMBERSHIPS
from schemas.summaries.enterprises import COVERAGE_ENTERPRISE


def parts_add_up(frame: pl.DataFrame) -> list[str]:
    """What of the declared sums does not hold in the rows."""
    return broken_sums(frame, COVERAGE_ENTERPRISE)


ENTERPRISES = Summary(
    COVERAGE_ENTERPRISE,
    Path(__file__).parent,
    inputs=(
        SummaryInput("employers", stored_table(EMPLOYERS), this_month),
        SummaryInput("memberships", MEMBERSHIPS, this_month),
    ),
    codes=("protected_rule", "segments", "size_bands", "size_obligations", "sectors"),
    working=(
        MEMBERSHIP_STATUS,
        "coverage_enterprise_bands",
        "coverage_enterprise_workers",
        "coverage_enterprise_employers",
        "coverage_enterprise_largest",
    ),
    views=("membership_status",),
    check=parts_add_up,
)
