"""The monthly schedule.

Belongs here: when a month runs by the calendar. Not: what a run does (`jobs`), runs for deliveries (`sensors`).
"""

from datetime import timedelta

import dagster as dg

from pipelines.defs.jobs import UnresolvedJob
from schemas.extracts.contributions import DUE_DAY, GRACE_DAYS

TICK_DAY = DUE_DAY + GRACE_DAYS  # of the following month


def monthly_schedule(job: UnresolvedJob, *, is_on: bool) -> dg.ScheduleDefinition:
    """The month before, when offices have delivered."""
    return dg.schedule(
        job=job,
        name="month_has_ended",
        cron_schedule=f"0 4 {TICK_DAY} * *",
        execution_timezone="Asia/Jakarta",
        description=f"The month before, on the {TICK_DAY}th at 04:00 (Asia/Jakarta): wage earners' payments are due on the "
        f"{DUE_DAY}th, a weekend moves that to Monday, and offices have delivered them by then.",
        default_status=dg.DefaultScheduleStatus.RUNNING if is_on else dg.DefaultScheduleStatus.STOPPED,
    )(_month_before)


def _month_before(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """One run for the month before the tick; the partitions reach into the running month, which has not ended."""
    ended = context.scheduled_execution_time.replace(day=1) - timedelta(days=1)
    month = f"{ended:%Y-%m}"
    return dg.RunRequest(run_key=f"{month}:scheduled", partition_key=month, tags={"month": month})
