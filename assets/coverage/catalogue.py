"""All summary tables that `summary` builds, in an order in which each reads only earlier ones.

Belongs here: the list. Not here: the inputs of a table (its own module).
"""

from assets.coverage.activity import ACTIVITY_SUMMARY
from assets.coverage.compliance import COMPLIANCE_SUMMARY
from assets.coverage.enterprises import ENTERPRISES
from assets.coverage.flows import FLOWS_SUMMARY
from assets.coverage.kur import KUR
from assets.coverage.outreach import OUTREACH_SUMMARY
from assets.coverage.priorities import PRIORITIES
from assets.coverage.reconciliation import RECONCILIATION
from assets.coverage.regional import REGIONAL
from assets.coverage.retention import RETENTION_SUMMARY
from assets.coverage.scorecard import SCORECARD
from assets.coverage.summary import Summary
from assets.coverage.targets import TARGETS
from assets.coverage.vulnerable import VULNERABLE

CATALOGUE: tuple[Summary, ...] = (
    ENTERPRISES,
    COMPLIANCE_SUMMARY,
    KUR,
    VULNERABLE,
    REGIONAL,
    OUTREACH_SUMMARY,
    FLOWS_SUMMARY,
    ACTIVITY_SUMMARY,
    RETENTION_SUMMARY,
    TARGETS,
    PRIORITIES,  # reads the tables of employers, debtors and budgets
    SCORECARD,  # reads the tables of targets, budgets, employers and members
    RECONCILIATION,
)
