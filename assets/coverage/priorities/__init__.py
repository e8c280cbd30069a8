"""Priorities: regions with the most persons still to reach, and the means available there.

Belongs here: the inputs of `priorities`: the coverage of the month and four tables that may be missing (their figures are then
empty, never zero). Not here: how a gap becomes a rank (the SQL), which activities count (`latest_activities.sql` of outreach).
"""

from pathlib import Path

from assets.coverage.outreach import OUTREACH_SUMMARY
from assets.coverage.summary import InputMonths, Summary, SummaryInput
from assets.month_selection import THIS_MONTH, last_months
from assets.warehouse import query
from schemas.extracts.catalogue import BY_NAME, stored_table
from schemas.summaries.coverage import COVERAGE
from schemas.summaries.enterprises import COVERAGE_ENTERPRISE
from schemas.summaries.kur import KUR_LINKAGE
from schemas.summaries.priorities import PRIORITIES as PRIORITIES_TABLE
from schemas.summaries.regional import REGIONAL_PROGRAMMES_SUMMARY

OUTREACH_MONTHS = 3


def _values(month: str, input_months: InputMonths) -> dict[str, query.Parameter]:
    """The SQL distinguishes no activity from no delivery of activities."""
    return {"outreach_months": OUTREACH_MONTHS, "outreach_deliveries": len(input_months["activities"])}


PRIORITIES = Summary(
    PRIORITIES_TABLE,
    Path(__file__).parent,
    inputs=(
        SummaryInput("coverage", COVERAGE, THIS_MONTH),
        SummaryInput("regional_programmes", REGIONAL_PROGRAMMES_SUMMARY, THIS_MONTH, is_required=False),
        SummaryInput("kur_linkage", KUR_LINKAGE, THIS_MONTH, is_required=False),
        SummaryInput("coverage_enterprise", COVERAGE_ENTERPRISE, THIS_MONTH, is_required=False),
        SummaryInput("activities", stored_table(BY_NAME["outreach"]), last_months(OUTREACH_MONTHS), is_required=False),
    ),
    codes=("segments",),
    working=(("latest_activities", OUTREACH_SUMMARY.folder), "priority_resources"),
    values=_values,
)
