"""The regional scorecard: figures of a region that other tables compute, beside each other, with ranks and similar regions.

Belongs here: the inputs of `regional_scorecard`: the coverage of the month, and tables that may be missing (their figures are then
empty, never zero). Not here: the formulas of those figures (their own tables).
"""

from pathlib import Path

from assets.coverage.summary import InputMonths, Summary, SummaryInput
from assets.month_selection import THIS_MONTH, MonthSelection
from assets.warehouse import query
from schemas.summaries.activity import ACTIVITY
from schemas.summaries.coverage import COVERAGE
from schemas.summaries.enterprises import COVERAGE_ENTERPRISE
from schemas.summaries.regional import REGIONAL_PROGRAMMES_SUMMARY
from schemas.summaries.scorecard import REGIONAL_SCORECARD
from schemas.summaries.targets import TARGET_PROGRESS

YEAR_BEFORE = MonthSelection(-12, -12)


def _values(month: str, input_months: InputMonths) -> dict[str, query.Parameter]:
    """The SQL distinguishes a region without protected persons from a month that is not there."""
    return {"months_year_before": len(input_months["coverage_year_before"])}


SCORECARD = Summary(
    REGIONAL_SCORECARD,
    Path(__file__).parent,
    inputs=(
        SummaryInput("coverage", COVERAGE, THIS_MONTH),
        SummaryInput("coverage_year_before", COVERAGE, YEAR_BEFORE, is_required=False),
        SummaryInput("target_progress", TARGET_PROGRESS, THIS_MONTH, is_required=False),
        SummaryInput("regional_programmes", REGIONAL_PROGRAMMES_SUMMARY, THIS_MONTH, is_required=False),
        SummaryInput("coverage_enterprise", COVERAGE_ENTERPRISE, THIS_MONTH, is_required=False),
        SummaryInput("activity", ACTIVITY, THIS_MONTH, is_required=False),
    ),
    working=(
        "scorecard_residents",
        "scorecard_similar",
        "scorecard_targets",
        "scorecard_provinces",
        "scorecard_programmes",
    ),
    values=_values,
)
