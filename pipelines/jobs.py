"""How months start: the job, the monthly schedule, the landing sensor.

Belongs here: what triggers a run. Not: what a run does.
"""

import hashlib
from datetime import timedelta

import dagster as dg

from assets.checks import MONTHS
from assets.errors import CakupanError, DeliveryRefused
from assets.ingest.delivery import MANIFEST, is_complete
from assets.release.switch import lift
from assets.resources import Places
from assets.storage.disk import locked

_BY_MONTH = (
    dg.PartitionedConfig(  # a run is named by its month, whoever starts it; its config is the assets' own defaults
        MONTHS,
        run_config_for_partition_key_fn=lambda _: {},
        tags_for_partition_key_fn=lambda month: {"month": month},
    )
)
month_job = dg.define_asset_job(
    "month",
    selection=dg.AssetSelection.groups("ingest", "registers", "coverage", "release"),
    description="One month from landing to release. In the launchpad choose the month and launch; what the command takes as "
    "`--status`, `--reason`, `--reason-class` and `--embargo` stands under `release`, `--force` under each stage.",
    config=_BY_MONTH,
)

tables_job = dg.define_asset_job(
    "tables",
    selection=dg.AssetSelection.groups("ingest", "registers", "coverage"),
    description="One month from landing to its tables, not published: of several months only the last publishes.",
    config=_BY_MONTH,
)


def monthly_schedule(*, is_on: bool) -> dg.ScheduleDefinition:
    """The month before, once offices have delivered; `is_on`: without anybody turning it on."""
    return dg.schedule(
        job=month_job,
        name="month_has_ended",
        cron_schedule="0 4 15 * *",
        execution_timezone="Asia/Jakarta",
        description="The month before, on the 15th at 04:00 (Asia/Jakarta): offices have delivered by then.",
        default_status=dg.DefaultScheduleStatus.RUNNING if is_on else dg.DefaultScheduleStatus.STOPPED,
    )(_month_before)


def landing_sensor(*, is_on: bool) -> dg.SensorDefinition:
    """Months that have landed; `is_on`: without anybody turning it on."""
    return dg.sensor(
        job=month_job,
        name="month_has_landed",
        minimum_interval_seconds=60,
        description="Requests a run for each month whose manifest is complete; a delivery with other hashes runs again.",
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


def _month_before(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """One run for the month before the tick; the partitions reach into the running month, which has not ended."""
    ended = context.scheduled_execution_time.replace(day=1) - timedelta(days=1)
    month = f"{ended:%Y-%m}"
    return dg.RunRequest(run_key=f"{month}:scheduled", partition_key=month, tags={"month": month})


def _landed_months(context: dg.SensorEvaluationContext, places: dg.ResourceParam[Places]) -> dg.SensorResult:
    """One request a complete manifest; the run key holds its digest, so that a repeated tick requests nothing new."""
    requests = []
    waiting = []
    for manifest in sorted(places.landing.glob(f"[0-9][0-9][0-9][0-9]-[0-9][0-9]/{MANIFEST}")):
        month = manifest.parent.name
        try:
            complete = is_complete(manifest.parent)
        except DeliveryRefused as refused:
            context.log.warning("%s", refused)
            complete = False
        if not complete:
            waiting.append(month)
            continue
        digest = hashlib.sha256(manifest.read_bytes()).hexdigest()[:16]
        tags = {"month": month, "delivery": digest}
        requests.append(dg.RunRequest(run_key=f"{month}:{digest}", partition_key=month, tags=tags))
    reason = f"not complete yet: {', '.join(waiting)}" if waiting else "no month has landed"
    return dg.SensorResult(run_requests=requests) if requests else dg.SensorResult(skip_reason=reason)


def _ended_embargo(context: dg.SensorEvaluationContext, places: dg.ResourceParam[Places]) -> dg.SkipReason:
    """Look, and move the pointer where it is time."""
    try:
        with locked(places.releases, "release"):
            lifted = lift(places.releases)
    except CakupanError as refused:
        return dg.SkipReason(str(refused))
    return dg.SkipReason(f"{lifted} is public now" if lifted else "no release waits whose embargo is over")
