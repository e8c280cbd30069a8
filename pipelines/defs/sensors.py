"""The sensors: months that have landed, releases whose embargo has ended.

Belongs here: what starts a run because something happened. Not: what a run does (`jobs`), looking at the landing zone
(`pipelines/landing_zone`).
"""

import dagster as dg

from assets.disk import file_lock
from assets.errors import CakupanError
from assets.release.hold import held_findings
from assets.release.publish import lift_embargo
from assets.resources import Locations
from pipelines.defs.jobs import month_job, tables_job
from pipelines.landing_zone import Cursor, followed, look
from schemas.plausibility import PLAUSIBILITY


def landing_sensor(*, is_on: bool) -> dg.SensorDefinition:
    """Months that have landed; `is_on`: without anybody turning it on."""
    return dg.sensor(
        jobs=[month_job, tables_job],
        name="month_has_landed",
        minimum_interval_seconds=60,
        description="Requests a run for each month whose manifest is complete; one with a new delivery runs again, and then "
        "every later month whose tables read it. A month that is held makes its tables and is not published.",
        default_status=dg.DefaultSensorStatus.RUNNING if is_on else dg.DefaultSensorStatus.STOPPED,
    )(_landed_months)


def embargo_sensor(*, is_on: bool) -> dg.SensorDefinition:
    """Releases whose embargo is over; `is_on`: without anybody turning it on."""
    return dg.sensor(
        name="embargo_has_ended",
        minimum_interval_seconds=60,
        description="Switches to the release that waits, once its embargo is over. Nothing is run.",
        default_status=dg.DefaultSensorStatus.RUNNING if is_on else dg.DefaultSensorStatus.STOPPED,
    )(_ended_embargo)


def _landed_months(context: dg.SensorEvaluationContext, locations: Locations) -> dg.SensorResult:
    """A request for each complete month; its run key changes with every delivery that its tables are made from.

    A repeated tick asks for the same keys, which Dagster runs once. A month that was delivered anew makes its tables only,
    where a later one that reads it follows: together they are published by the last.
    """
    seen, cursor = look(locations.landing), Cursor.parse(context.cursor)
    keys = seen.keys(cursor.contents)
    cursor.contents = {**cursor.contents, **seen.contents}
    fresh = sorted(month for month, key in keys.items() if cursor.keys.get(month) != key)
    made = set(locations.warehouse.months(PLAUSIBILITY.name)) if fresh else set()
    jobs = {month: _job(month, [each for each in fresh if each > month and each in made], cursor) for month in fresh}
    requests = [
        dg.RunRequest(
            run_key=key,
            job_name=jobs.get(month, month_job.name),
            partition_key=month,
            tags={"month": month, "delivery": seen.complete[month]},
        )
        for month, key in sorted(keys.items())
    ]
    said = [*seen.said(), *held_months(locations)]
    for line in said:
        context.log.warning("%s", line)
    cursor.keys = {**cursor.keys, **keys}
    reason = None if requests else "; ".join(said) or "no month has landed"
    return dg.SensorResult(run_requests=requests, skip_reason=reason, cursor=cursor.as_text())


def _job(month: str, later: list[str], cursor: Cursor) -> str:
    return tables_job.name if followed(month, later, cursor.contents) else month_job.name


def held_months(locations: Locations) -> list[str]:
    """One line a month that is not published by itself, because figures would be wrong."""
    held = held_findings(locations.warehouse, locations.releases, locations.warehouse.months(PLAUSIBILITY.name))
    return [
        f"{month} is held, {len(found)} findings make figures wrong: see `cakupan status`"
        for month, found in held.items()
    ]


def _ended_embargo(context: dg.SensorEvaluationContext, locations: Locations) -> dg.SkipReason:
    """Look, and move the pointer where it is time."""
    try:
        with file_lock(locations.releases, "release"):
            lifted = lift_embargo(locations.releases)
    except CakupanError as refused:
        return dg.SkipReason(str(refused))
    return dg.SkipReason(f"{lifted} is public now" if lifted else "no release waits whose embargo is over")
