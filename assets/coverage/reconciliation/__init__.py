"""Reconciliation: our figures against published ones, and published ones against themselves.

Belongs here: what `reconciliation` reads. Not: the published figures and claims (lists `published_figures` and
`published_claims`), nor how a claim is checked (list `claim_kinds` in words, `reconciliation_claims.sql`).
Claims are checked without any of our tables, so none of them is needed. Of a synthetic month each person stands for many.
"""

from pathlib import Path

from assets.coverage.summary import Summary, SummaryInput, this_month
from schemas.summaries.coverage import COVERAGE
from schemas.summaries.reconciliation import RECONCILIATION as RECONCILIATION_TABLE
from schemas.summaries.vulnerable import VULNERABLE_WORKERS

RECONCILIATION = Summary(
    RECONCILIATION_TABLE,
    Path(__file__).parent,
    inputs=(
        SummaryInput("coverage", COVERAGE, this_month, is_required=False),
        SummaryInput("vulnerable_workers", VULNERABLE_WORKERS, this_month, is_required=False),
    ),
    codes=("published_figures", "published_claims", "claim_kinds", "denominators", "provinces"),
    working=("reconciliation_values", "reconciliation_figures", "reconciliation_claims"),
    values=lambda month, input_months: {"month_name": month},
)
