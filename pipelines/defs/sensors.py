"""The sensors: months that have landed, releases whose embargo has ended.

Belongs here: what starts a run because something happened. Not: what a run does (`jobs`), looking at the landing zone
(`pipelines/landing_zone`).
"""

from collections.abc import Sequence

import dagster as dg

from assets.disk import file_lock
from assets.errors import CakupanError
from assets.release.editions import configured_editions, folder_of
from assets.release.hold import held_months
from assets.release.publish import lift_embargo
from assets.resources import Locations
from pipelines.defs.jobs import MONTH, TABLES, UnresolvedJob
from pipelines.landing_zone import Cursor, followed, look
from schemas.plausibility import PLAUSIBILITY


def landing_sensor(jobs: Sequence[UnresolvedJob], *, is_on: bool) -> dg.SensorDefinition:
    """Months that have landed."""
    return dg.sensor(
        jobs=jobs,
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
        description="Publishes the release of each edition whose embargo has ended. Nothing is run.",
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
    messages = [*landed.messages(), *_held(locations)]
    for message in messages:
        context.log.warning("%s", message)
    cursor.keys = {**cursor.keys, **keys}
    reason = None if requests else "; ".join(messages) or "no new delivery has landed"
    return dg.SensorResult(run_requests=requests, skip_reason=reason, cursor=cursor.as_text())


def _job(month: str, later: list[str], cursor: Cursor) -> str:
    return TABLES if followed(month, later, cursor.contents) else MONTH


def _held(locations: Locations) -> list[str]:
    """One line for each month whose release is held."""
    return [
        f"{held.about}: {len(held.findings)} findings make figures wrong; see `cakupan status`"
        for held in held_months(locations.warehouse, locations.releases)
    ]


def _ended_embargo(context: dg.SensorEvaluationContext, locations: Locations) -> dg.SkipReason:
    """Publish each edition's release whose embargo has ended; an edition that is refused does not hold up another."""
    messages = []
    for edition in configured_editions():
        try:
            folder = folder_of(locations.releases, edition)
            if folder.exists():
                with file_lock(folder, edition.asset):
                    lifted = lift_embargo(folder)
                messages += [f"{lifted} of the {edition.name} edition is current now"] if lifted else []
        except CakupanError as refused:
            messages.append(str(refused))
    return dg.SkipReason("; ".join(messages) or "no release has an embargo that has ended")
