"""Activity: members of any status, who of them is protected, and how long the others are dormant.

Belongs here: the inputs of `activity`. Not here: who is protected and since when the others are not (`membership_status.sql`), who
returned (`registers/changes.sql`). Without the month before, the number of persons who returned is empty.
"""

from pathlib import Path

import polars as pl

from assets.coverage.summary import InputMonths, Summary, SummaryInput
from assets.coverage.sums import broken_sums
from assets.month_selection import THIS_MONTH
from assets.warehouse import query
from schemas.registers import PERSON_STATUS_CODES, PERSONS, TRANSITIONS
from schemas.summaries.activity import ACTIVITY


def _values(month: str, input_months: InputMonths) -> dict[str, query.Parameter]:
    return {"is_compared": bool(input_months["transitions"])}


def parts_add_up(frame: pl.DataFrame) -> list[str]:
    """The declared sums that do not hold in the rows."""
    return broken_sums(frame, ACTIVITY)


ACTIVITY_SUMMARY = Summary(
    ACTIVITY,
    Path(__file__).parent,
    inputs=(
        SummaryInput("persons", PERSONS, THIS_MONTH),
        SummaryInput("person_status_codes", PERSON_STATUS_CODES, THIS_MONTH),
        SummaryInput("transitions", TRANSITIONS, THIS_MONTH, is_required=False),
    ),
    codes=("segments",),
    working=("activity_cells",),
    values=_values,
    check=parts_add_up,
)
