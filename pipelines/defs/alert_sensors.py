"""The sensors that alert a person: a failed run, a held or late release, a late delivery.

Belongs here: what is worth an alert, and when. Not: delivering it (`pipelines/alerts`).
"""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from assets import environment
from assets.errors import ReleaseRefused
from assets.partitions import MONTHS
from assets.release.editions import Edition, configured_editions, folder_of
from assets.release.hold import held_months
from assets.release.journal import current_release
from assets.resources import Locations
from pipelines.alerts import Alert, is_configured, send
from pipelines.defs.schedules import TICK_DAY
from pipelines.failures import describe_failure
from pipelines.landing_zone import look
from schemas.extracts.contributions import GRACE_DAYS

RELEASE_DAY = TICK_DAY + GRACE_DAYS  # of the following month: by then the month is released
_NOT_CONFIGURED = f"no alert is configured: set {environment.ALERT_COMMAND} or {environment.ALERT_WEBHOOK}"


def run_failure_alerts(*, is_on: bool) -> dg.SensorDefinition:
    """One alert for each failed run."""
    return dg.run_failure_sensor(
        name="run_has_failed",
        minimum_interval_seconds=60,
        description=f"Sends an alert for each failed run, with the message of its first failed step. {_NOT_CONFIGURED}.",
        default_status=_status(is_on=is_on),
    )(_alert_of_failed_run)


def month_alerts(*, is_on: bool) -> dg.SensorDefinition:
    """One alert for each month that is held, late to land or late to be released."""
    return dg.sensor(
        name="month_needs_attention",
        minimum_interval_seconds=60,
        description="Sends an alert once for each month that is held, that has not landed completely by the "
        f"{TICK_DAY}th of the next month, or that is not released by the {RELEASE_DAY}th. Nothing is run.",
        default_status=_status(is_on=is_on),
    )(_alert_of_months)


def _status(*, is_on: bool) -> dg.DefaultSensorStatus:
    return dg.DefaultSensorStatus.RUNNING if is_on else dg.DefaultSensorStatus.STOPPED


def _alert_of_failed_run(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
    if not is_configured():
        return dg.SkipReason(_NOT_CONFIGURED)
    run = context.dagster_run
    month = run.tags.get("month") or run.tags.get("dagster/partition") or run.run_id
    records = context.instance.get_records_for_run(run.run_id).records
    events = [record.event_log_entry.dagster_event for record in records if record.event_log_entry.dagster_event]
    why = describe_failure(events) or "its process ended; see its log in the UI"
    send(Alert("run_failed", month, f"run {run.run_id} failed: {why}"))
    return None


def _alert_of_months(context: dg.SensorEvaluationContext, locations: Locations) -> dg.SensorResult:
    """Alerts that were not sent before; one that cannot be delivered fails the tick and is tried again at the next."""
    if not is_configured():
        return dg.SensorResult(skip_reason=_NOT_CONFIGURED)
    sent = set(json.loads(context.cursor or "[]"))
    alerts = {json.dumps([each.kind, each.subject, each.message]): each for each in due_alerts(locations)}
    for key in sorted(alerts.keys() - sent):
        send(alerts[key])
        context.log.info("sent %s", key)
    text = "; ".join(f"{each.subject}: {each.message}" for each in alerts.values())
    return dg.SensorResult(skip_reason=text or "no month needs attention", cursor=json.dumps(sorted(alerts)))


def due_alerts(locations: Locations, now: datetime | None = None) -> list[Alert]:
    """The states that need attention now."""
    moment = now or datetime.now(ZoneInfo(MONTHS.timezone))
    alerts = [
        Alert(
            "release_held",
            held.month,
            f"the release is held{held.where} by {len(held.findings)} findings: see `cakupan status`",
        )
        for held in held_months(locations.warehouse, locations.releases)
    ]
    landed = look(locations.landing, moment)
    due = expected_month(moment, TICK_DAY)
    late = {month: reason for month, reason in landed.waiting.items() if month <= due}
    if due not in landed.complete and due not in late:
        late[due] = "nothing has landed"
    alerts += [Alert("delivery_late", month, reason) for month, reason in sorted(late.items())]
    expected = expected_month(moment, RELEASE_DAY)
    alerts += [
        Alert("release_late", expected, f"the current {edition.name} release does not have this month")
        for edition in configured_editions()
        if expected in landed.complete and expected not in released_months(locations, edition)
    ]
    return alerts


def expected_month(now: datetime, day: int) -> str:
    """The newest month whose deadline, that day of the month after it, has passed."""
    first = now.replace(day=1)
    ended = (
        first - timedelta(days=1) if now.day >= day else (first - timedelta(days=1)).replace(day=1) - timedelta(days=1)
    )
    return f"{ended:%Y-%m}"


def released_months(locations: Locations, edition: Edition) -> list[str]:
    """The months of the current release of the edition; none before the first."""
    try:
        return sorted(current_release(folder_of(locations.releases, edition)).manifest.months)
    except ReleaseRefused:
        return []
