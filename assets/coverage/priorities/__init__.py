"""Priorities: where most persons are still to be reached, and what is at hand there.

Belongs here: what `priorities` reads: the coverage of the month, and four summaries that may be missing: what they would
tell is then empty, never zero. Not: how a gap becomes a rank (the SQL), when an activity counts (`outreach_held.sql`, of outreach).
"""

from pathlib import Path

from assets.coverage.outreach import OUTREACH_SUMMARY
from assets.coverage.summary import Chosen, Read, Summary, last, this_month
from assets.warehouse import query
from schemas.extracts import BY_NAME, stored_table
from schemas.summaries.coverage import COVERAGE
from schemas.summaries.enterprises import COVERAGE_ENTERPRISE
from schemas.summaries.kur import KUR_LINKAGE
from schemas.summaries.priorities import PRIORITIES as PRIORITIES_TABLE
from schemas.summaries.regional import REGIONAL_PROGRAMMES_SUMMARY

OUTREACH_MONTHS = 3


def _values(month: str, chosen: Chosen) -> dict[str, query.Parameter]:
    """Without any delivery of outreach in these months nobody knows that there was none."""
    return {"outreach_months": OUTREACH_MONTHS, "outreach_deliveries": len(chosen["activities"])}


PRIORITIES = Summary(
    PRIORITIES_TABLE,
    Path(__file__).parent,
    reads=(
        Read("coverage", COVERAGE, this_month),
        Read("regional_programmes", REGIONAL_PROGRAMMES_SUMMARY, this_month, needed=False),
        Read("kur_linkage", KUR_LINKAGE, this_month, needed=False),
        Read("coverage_enterprise", COVERAGE_ENTERPRISE, this_month, needed=False),
        Read("activities", stored_table(BY_NAME["outreach"]), last(OUTREACH_MONTHS), needed=False),
    ),
    codes=("segments",),
    working=(("outreach_held", OUTREACH_SUMMARY.folder), "priorities_at_hand"),
    values=_values,
)
