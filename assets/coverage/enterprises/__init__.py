"""Enterprises: employers by size, and whether they hold the programmes that the law requires of their size.

Belongs here: the inputs of `coverage_enterprise` and the check of its sums. Not here: bands, obligations and sectors (code lists).
"""

from pathlib import Path

import polars as pl

from assets.coverage.summary import Summary, SummaryInput
from assets.coverage.sums import broken_sums
from assets.month_selection import THIS_MONTH
from assets.registers.persons import MEMBERSHIP_STATUS
from schemas.extracts.catalogue import stored_table
from schemas.extracts.employers import EMPLOYERS
from schemas.registers import MEMBERSHIPS
from schemas.summaries.enterprises import COVERAGE_ENTERPRISE


def parts_add_up(frame: pl.DataFrame) -> list[str]:
    """The declared sums that do not hold in the rows."""
    return broken_sums(frame, COVERAGE_ENTERPRISE)


ENTERPRISES = Summary(
    COVERAGE_ENTERPRISE,
    Path(__file__).parent,
    inputs=(
        SummaryInput("employers", stored_table(EMPLOYERS), THIS_MONTH),
        SummaryInput("memberships", MEMBERSHIPS, THIS_MONTH),
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
