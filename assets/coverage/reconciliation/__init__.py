"""Reconciliation: our figures beside published ones, and published ones checked against themselves.

Belongs here: the inputs of `reconciliation`. Not here: published figures and claims (lists `published_figures` and
`published_claims`), the check of a claim (list `claim_kinds` in words, `reconciliation_claims.sql`).
No input is required, because claims are checked without our tables. In a synthetic month each person represents many.
"""

from pathlib import Path

from assets.coverage.summary import Summary, SummaryInput
from assets.month_selection import THIS_MONTH
from schemas.summaries.activity import ACTIVITY
from schemas.summaries.coverage import COVERAGE
from schemas.summaries.reconciliation import RECONCILIATION as RECONCILIATION_TABLE
from schemas.summaries.vulnerable import VULNERABLE_WORKERS

RECONCILIATION = Summary(
    RECONCILIATION_TABLE,
    Path(__file__).parent,
    inputs=(
        SummaryInput("coverage", COVERAGE, THIS_MONTH, is_required=False),
        SummaryInput("activity", ACTIVITY, THIS_MONTH, is_required=False),
        SummaryInput("vulnerable_workers", VULNERABLE_WORKERS, THIS_MONTH, is_required=False),
    ),
    codes=("published_figures", "published_claims", "claim_kinds", "denominators", "provinces"),
    working=("reconciliation_values", "reconciliation_figures", "reconciliation_claims"),
    values=lambda month, input_months: {"month_name": month},
)
