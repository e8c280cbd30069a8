"""The function of each table of the reference, by the table's name."""

from collections.abc import Callable
from datetime import date

from tests.reference.activity import activity
from tests.reference.compliance import compliance
from tests.reference.coverage import coverage
from tests.reference.enterprises import coverage_enterprise
from tests.reference.flows import flows
from tests.reference.kur import kur_linkage
from tests.reference.outreach import outreach
from tests.reference.priorities import priorities
from tests.reference.reconciliation import reconciliation
from tests.reference.regional import newest_list, regional_programmes
from tests.reference.retention import retention
from tests.reference.rows import Nation, Row
from tests.reference.scorecard import regional_scorecard
from tests.reference.targets import target_progress
from tests.reference.vulnerable import vulnerable_workers


def targets_alone(nation: Nation, month: date) -> list[Row] | None:
    """`target_progress` if only the month's coverage exists."""
    listed = newest_list(nation, month, "targets")
    return None if listed is None else target_progress(listed[1], {month: coverage(nation, month)}, month)


TABLES: dict[str, Callable[..., list[Row] | None]] = {
    "activity": activity,
    "compliance": compliance,
    "coverage": coverage,
    "coverage_enterprise": coverage_enterprise,
    "flows": flows,
    "kur_linkage": kur_linkage,
    "outreach": outreach,
    "priorities": priorities,
    "reconciliation": reconciliation,
    "regional_programmes": regional_programmes,
    "regional_scorecard": regional_scorecard,
    "retention": retention,
    "target_progress": targets_alone,
    "vulnerable_workers": vulnerable_workers,
}
