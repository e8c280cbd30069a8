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
    """Months that have landed."""
    return dg.sensor(
        jobs=[month_job, tables_job],
        name="month_has_landed",
        minimum_interval_seconds=60,
        description="Requests a run for each month whose delivery is complete and new, and for each later month whose tables "
        "read it. A month that is held builds its tables and is not published. Missing files are named in the log and, if "
        "nothing runs, in the skip reason.",
        default_status=dg.DefaultSensorStatus.RUNNING if is_on else dg.DefaultSensorStatus.STOPPED,
    )(_landed_months)


def embargo_sensor(*, is_on: bool) -> dg.SensorDefinition:
    """Releases whose embargo has ended."""
    return dg.sensor(
        name="embargo_has_ended",
        minimum_interval_seconds=60,
        description="Publishes the release under embargo when the embargo has ended. Nothing is run.",
        default_status=dg.DefaultSensorStatus.RUNNING if is_on else dg.DefaultSensorStatus.STOPPED,
    )(_ended_embargo)


def _landed_months(context: dg.SensorEvaluationContext, locations: Locations) -> dg.SensorResult:
    """A request for each complete month whose key is not in the cursor: its delivery, or one that its tables read, is new.

    A month that was delivered again only builds its tables if a later month that reads it follows: the last one publishes
    all of them.
    """
    landed, cursor = look(locations.landing), Cursor.parse(context.cursor)
    keys = landed.keys(cursor.contents)
    cursor.contents = {**cursor.contents, **landed.contents}
    new = sorted(month for month, key in keys.items() if cursor.keys.get(month) != key)
    built = set(locations.warehouse.months(PLAUSIBILITY.name)) if new else set()
    requests = [
        dg.RunRequest(
            run_key=keys[month],
            job_name=_job(month, [later for later in new if later > month and later in built], cursor),
            partition_key=month,
            tags={"month": month, "delivery": landed.complete[month]},
        )
        for month in new
    ]
    messages = [*landed.messages(), *held_months(locations)]
    for message in messages:
        context.log.warning("%s", message)
    cursor.keys = {**cursor.keys, **keys}
    reason = None if requests else "; ".join(messages) or "no new delivery has landed"
    return dg.SensorResult(run_requests=requests, skip_reason=reason, cursor=cursor.as_text())


def _job(month: str, later: list[str], cursor: Cursor) -> str:
    return tables_job.name if followed(month, later, cursor.contents) else month_job.name


def held_months(locations: Locations) -> list[str]:
    """One line for each month whose release is held."""
    held = held_findings(locations.warehouse, locations.releases, locations.warehouse.months(PLAUSIBILITY.name))
    return [
        f"{month} is held: {len(found)} findings make figures wrong; see `cakupan status`"
        for month, found in held.items()
    ]


def _ended_embargo(context: dg.SensorEvaluationContext, locations: Locations) -> dg.SkipReason:
    """Publish the release whose embargo has ended."""
    try:
        with file_lock(locations.releases, "release"):
            lifted = lift_embargo(locations.releases)
    except CakupanError as refused:
        return dg.SkipReason(str(refused))
    return dg.SkipReason(f"{lifted} is public now" if lifted else "no release has an embargo that has ended")
