"""The check that the newest month is released, and the schedule that runs it.

Belongs here: checks that are due by the calendar. Not: checks of a build (the assets of each stage).
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg

from assets.check_docs import CHECKS, description
from assets.partitions import MONTHS
from assets.release.editions import Edition
from assets.resources import Locations
from pipelines.defs.alert_sensors import RELEASE_DAY, expected_month, released_months
from pipelines.defs.jobs import UnresolvedJob

NAME = "newest_month_is_released"


def freshness_check(edition: Edition) -> dg.AssetChecksDefinition:
    """The check of the edition's newest month."""

    @dg.asset_check(name=NAME, asset=edition.asset, description=description(CHECKS[NAME]))
    def newest_month_is_released(locations: Locations) -> dg.AssetCheckResult:
        """Asks the current release for its months: a backfill of an old month does not make it pass."""
        expected = expected_month(datetime.now(ZoneInfo(MONTHS.timezone)), RELEASE_DAY)
        released = released_months(locations, edition)
        return dg.AssetCheckResult(
            passed=expected in released,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"expected_month": expected, "newest_month": released[-1] if released else "none"},
        )

    return newest_month_is_released


def freshness_schedule(job: UnresolvedJob, *, is_on: bool) -> dg.ScheduleDefinition:
    """Every morning."""
    return dg.ScheduleDefinition(
        name="every_morning",
        job=job,
        cron_schedule="30 4 * * *",
        execution_timezone=MONTHS.timezone,
        description=f"Every day at 04:30: whether the month before is released, from the {RELEASE_DAY}th of a month on.",
        default_status=dg.DefaultScheduleStatus.RUNNING if is_on else dg.DefaultScheduleStatus.STOPPED,
    )
