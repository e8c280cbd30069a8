"""The check that the newest month is released, and the schedule that runs it.

Belongs here: checks that are due by the calendar. Not: checks of a build (the assets of each stage).
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg

from assets.check_docs import CHECKS, description
from assets.partitions import MONTHS
from assets.resources import Locations
from pipelines.defs.alert_sensors import RELEASE_DAY, expected_month, released_months

NAME = "newest_month_is_released"


@dg.asset_check(name=NAME, asset="release", description=description(CHECKS[NAME]))
def newest_month_is_released(locations: Locations) -> dg.AssetCheckResult:
    """Asks the current release for its months: a backfill of an old month does not make it pass."""
    expected = expected_month(datetime.now(ZoneInfo(MONTHS.timezone)), RELEASE_DAY)
    released = released_months(locations)
    return dg.AssetCheckResult(
        passed=expected in released,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"expected_month": expected, "newest_month": released[-1] if released else "none"},
    )


freshness_job = dg.define_asset_job(
    "freshness",
    selection=dg.AssetSelection.checks(newest_month_is_released),
    description="Checks that the newest month is released. Nothing is built.",
)


def freshness_schedule(*, is_on: bool) -> dg.ScheduleDefinition:
    """Every morning."""
    return dg.ScheduleDefinition(
        name="every_morning",
        job=freshness_job,
        cron_schedule="30 4 * * *",
        execution_timezone=MONTHS.timezone,
        description=f"Every day at 04:30: whether the month before is released, from the {RELEASE_DAY}th of a month on.",
        default_status=dg.DefaultScheduleStatus.RUNNING if is_on else dg.DefaultScheduleStatus.STOPPED,
    )
