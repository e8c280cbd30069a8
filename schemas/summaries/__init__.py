"""The summary tables: the content of a release, one module per question.

Belongs here: their fields, grain, key and constraints. Not here: how they are computed (`assets/coverage`).
"""

from schemas.summaries.activity import ACTIVITY
from schemas.summaries.compliance import COMPLIANCE
from schemas.summaries.coverage import COVERAGE
from schemas.summaries.enterprises import COVERAGE_ENTERPRISE
from schemas.summaries.flows import FLOWS
from schemas.summaries.kur import KUR_LINKAGE
from schemas.summaries.outreach import OUTREACH
from schemas.summaries.priorities import PRIORITIES
from schemas.summaries.quality import DATA_QUALITY
from schemas.summaries.reconciliation import RECONCILIATION
from schemas.summaries.regional import REGIONAL_PROGRAMMES_SUMMARY
from schemas.summaries.retention import RETENTION
from schemas.summaries.scorecard import REGIONAL_SCORECARD
from schemas.summaries.targets import TARGET_PROGRESS
from schemas.summaries.vulnerable import VULNERABLE_WORKERS

__all__ = ["COVERAGE", "DATA_QUALITY", "SUMMARIES"]

SUMMARIES = (
    COVERAGE,
    COVERAGE_ENTERPRISE,
    KUR_LINKAGE,
    VULNERABLE_WORKERS,
    REGIONAL_PROGRAMMES_SUMMARY,
    OUTREACH,
    TARGET_PROGRESS,
    FLOWS,
    ACTIVITY,
    RETENTION,
    COMPLIANCE,
    PRIORITIES,
    REGIONAL_SCORECARD,
    RECONCILIATION,
    DATA_QUALITY,
)
