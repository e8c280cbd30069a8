"""Outreach: the activities of the last months, the persons who entered since, and regencies without activity to compare with.

Belongs here: the inputs of `outreach`, and the months observed after each month. Not here: the estimate (`outreach_effects.sql`).
An estimate needs the entrants of three months before and three after. It also needs the activities of these seven months and of
the three before them, whose entrants may come later. A month without a delivery of activities is unknown, not without activities.
"""

from pathlib import Path

import polars as pl

from assets.coverage.student import student_terms
from assets.coverage.summary import InputMonths, Summary, SummaryInput
from assets.engines.engine import Engine
from assets.month_selection import last_months
from schemas.extracts.catalogue import BY_NAME, stored_table
from schemas.months import first_day, month_number, previous
from schemas.registers import TRANSITIONS
from schemas.summaries.outreach import OUTREACH

_AFTER = 3  # months observed after an activity, and compared with as many before
_WINDOW = 2 * _AFTER + 1
_LASTING = _WINDOW + _AFTER  # months whose activities may have an effect in the window
_BOUNDS = 0.95  # probability of the bounds of an effect
_ACTIVITIES = stored_table(BY_NAME["outreach"])


def observed_months(month: str, input_months: InputMonths) -> pl.DataFrame:
    """The month and the three before it: held_month, held_index, months_observed (without a gap), is_compared."""
    rows = []
    for back in range(_AFTER + 1):
        held = previous(month, back)
        seen = [previous(month, by) in input_months["transitions"] for by in range(back - 1, -1, -1)]
        observed = seen.index(False) if False in seen else back
        needed = (("transitions", _WINDOW), ("activities", _LASTING))
        compared = back == _AFTER and all(
            previous(month, by) in input_months[name] for name, count in needed for by in range(count)
        )
        rows.append((first_day(held), month_number(first_day(held)), observed, compared))
    return pl.DataFrame(rows, schema=["held_month", "held_index", "months_observed", "is_compared"], orient="row")


def _prepare(engine: Engine, month: str, input_months: InputMonths) -> None:
    engine.register_frame("outreach_months", observed_months(month, input_months))
    engine.register_frame("student_terms", student_terms(_BOUNDS))


OUTREACH_SUMMARY = Summary(
    OUTREACH,
    Path(__file__).parent,
    inputs=(
        SummaryInput(
            "recent_activities", _ACTIVITIES, last_months(_AFTER + 1)
        ),  # without a delivery the table is not available
        SummaryInput("activities", _ACTIVITIES, last_months(_LASTING), is_required=False),
        SummaryInput("transitions", TRANSITIONS, last_months(_WINDOW), is_required=False),
    ),
    working=(
        "outreach_regions",
        "latest_activities",
        "outreach_by_channel",
        "outreach_entries",
        "outreach_units",
        "outreach_compared",
        "outreach_effects",
    ),
    prepare=_prepare,
)
