"""Targets: actual against planned values, the pace needed, and the projection of the recent pace.

Belongs here: the inputs of `target_progress`: the newest list of targets, and the coverage of the month and of the 24 before it (25
months have at most 24 changes). Not here: the denominators of targets (`schemas.extracts.targets`), the formula (the SQL).
"""

from pathlib import Path

from assets.coverage.student import student_terms
from assets.coverage.summary import InputMonths, Summary, SummaryInput
from assets.engines.engine import Engine
from assets.month_selection import NEWEST, last_months
from schemas.extracts.catalogue import BY_NAME, stored_table
from schemas.summaries.coverage import COVERAGE
from schemas.summaries.targets import TARGET_PROGRESS

MONTHS_SEEN = 25
RANGE = 0.8  # probability of the range of a projection


def _prepare(engine: Engine, month: str, input_months: InputMonths) -> None:
    engine.register_frame("student_terms", student_terms(RANGE))


TARGETS = Summary(
    TARGET_PROGRESS,
    Path(__file__).parent,
    inputs=(
        SummaryInput("targets", stored_table(BY_NAME["targets"]), NEWEST),
        SummaryInput("coverage", COVERAGE, last_months(MONTHS_SEEN)),
    ),
    codes=("segments",),
    working=("target_progress_series", "target_progress_changes", "target_progress_bounds"),
    prepare=_prepare,
)
