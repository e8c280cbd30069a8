"""The line that describes a failed run: its first failure, and what it means for the editions.

Belongs here: reading the failures out of the events of a run. Not: showing the line (`cli`), sending it (`alerts`).
"""

from collections.abc import Iterable

import dagster as dg

from assets.release.editions import EDITIONS


def describe_failure(events: Iterable[dg.DagsterEvent]) -> str:
    """The message of the first failed step, empty if none failed.

    Of an unexpected error only its kind is given, because its text may quote a cell. If releases failed, the line names the
    editions that were refused for this reason, and those that were published nevertheless.
    """
    listed = list(events)
    failures = [(str(event.step_key), _message(event)) for event in listed if event.is_step_failure]
    if not failures:
        return ""
    message = failures[0][1]
    refused = [edition.name for edition in EDITIONS.values() if (edition.asset, message) in failures]
    built = {str(event.step_key) for event in listed if event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION}
    published = [edition.name for edition in EDITIONS.values() if edition.asset in built]
    if not refused:
        return message
    also = f"; published: {', '.join(published)}" if published else ""
    return f"{' and '.join(refused)} edition: {message}{also}"


def _message(event: dg.DagsterEvent) -> str:
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    return f"{event.step_key} failed with {data.error.cls_name if data.error else 'an error'}"
