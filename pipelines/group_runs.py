"""A group of a month's files and the run that takes it: how it is launched, whether it lives, what it came to.

Belongs here: one group. Not: several of them (`taking`), how Dagster launches (`launching`).
"""

import time
from dataclasses import dataclass, field

import dagster as dg

from assets.ingest.ahead import NAMES, PARTITIONS
from assets.ingest.delivery import DeliveredFile
from assets.ingest.groups import groups
from assets.ingest.month import stands
from assets.ingest.pulse import last_beat
from assets.ingest.taken import Taken
from assets.resources import Places
from pipelines.launching import Launch
from schemas.extracts import BY_NAME

_ELSEWHERE = (
    "files that its worker took are not where this machine looks for them: both need the same code, "
    "CAKUPAN_PERSON_KEY, landing zone, warehouse and CAKUPAN_TAKEN"
)

_SILENT = {"console": {"config": {"log_level": "CRITICAL"}}}  # its events are in the instance


@dataclass
class GroupRun:
    """A group of `of`, and its run once it is launched. `changed`: when status or sign of life last did, monotonic."""

    month: str
    group: str
    of: int
    files: list[DeliveredFile]
    run_id: str = ""
    attempts: int = 0
    status: dg.DagsterRunStatus = dg.DagsterRunStatus.NOT_STARTED
    beat: int = 0
    changed: float = field(default_factory=time.monotonic)

    @property
    def label(self) -> str:
        """Month and group."""
        return f"{self.month} {self.group}"

    @property
    def silent_seconds(self) -> float:
        """How long nothing was seen of it."""
        return time.monotonic() - self.changed

    def launch(self, launch: Launch) -> None:
        """Hand a run to the launcher."""
        key = dg.MultiPartitionKey({"month": self.month, "group": self.group})
        tags = {"month": self.month, "dagster/max_retries": "0"}  # a second try is ours to give
        config = {"ops": {"take_files": {"config": {"of": self.of}}}, "loggers": _SILENT}
        self.run_id = launch(config, {**PARTITIONS.get_tags_for_partition_key(key), **tags})
        self.attempts, self.status = self.attempts + 1, dg.DagsterRunStatus.STARTING
        self.changed = time.monotonic()

    def look(self, instance: dg.DagsterInstance, places: Places) -> dg.DagsterRunStatus:
        """The status of its run now."""
        run = instance.get_run_by_id(self.run_id)
        status = run.status if run else dg.DagsterRunStatus.CANCELED
        beat = last_beat(places.place_to_take(), self.run_id)
        if (status, beat) != (self.status, self.beat):
            self.status, self.beat, self.changed = status, beat, time.monotonic()
        return status

    def said(self, instance: dg.DagsterInstance) -> str:
        """Why its run failed, as the run says it; empty where its process ended without a word."""
        for record in instance.get_records_for_run(self.run_id, of_type=dg.DagsterEventType.STEP_FAILURE).records:
            event = record.event_log_entry.get_dagster_event()
            said = event.step_failure_data.user_failure_data
            return str(said.description) if said else "its run failed; see `cakupan ui`"
        return ""

    def came_to(self, instance: dg.DagsterInstance) -> dict[str, float]:
        """What a run that succeeded counted: the metadata of its output."""
        found = instance.get_records_for_run(self.run_id, of_type=dg.DagsterEventType.STEP_OUTPUT).records
        metadata = found[0].event_log_entry.get_dagster_event().step_output_data.metadata if found else {}
        return {name: float(str(value.value)) for name, value in metadata.items()}

    def doubt(self, places: Places, files_rejected: float) -> str:
        """Why what the run took may not be adopted here; empty where it will be."""
        absent = len(_left(places, self.month, self.files))
        return f"{absent} {_ELSEWHERE}" if absent > files_rejected else ""


def to_take(places: Places, months: list[str], count: int) -> list[GroupRun]:
    """The groups of the months that have files nobody took yet. Raises CakupanError as the months' runs would."""
    dealt = (
        (month, name, files)
        for month in months
        for name, files in zip(NAMES, groups(places.delivery(month), count), strict=False)
    )
    return [GroupRun(month, name, count, files) for month, name, files in dealt if _left(places, month, files)]


def _left(places: Places, month: str, files: list[DeliveredFile]) -> list[DeliveredFile]:
    """Those that nobody took as the month's run would take them, and whose month does not stand."""
    delivery = places.delivery(month)
    key = places.key(delivery)
    absent = [file for file in files if not Taken(places.place_to_take(), file.extract, delivery, key).has(file)]
    extracts = {file.extract for file in absent}
    standing = {name for name in extracts if stands(BY_NAME[name], delivery, places.warehouse, key)}
    return [file for file in absent if file.extract not in standing]
