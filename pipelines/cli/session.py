"""One Dagster instance for everything the command runs, so that the UI later shows the same runs.

Belongs here: the instance and running a month in this process. Not: printing.
"""

import shutil
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import dagster as dg
import sqlalchemy
import yaml
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS

from assets import environment
from assets.errors import CakupanError
from assets.progress import Progress
from assets.release.editions import EDITIONS
from assets.resources import Locations
from pipelines.definitions import build_definitions
from pipelines.failures import describe_failure

WORKSPACE = {"load_from": [{"python_module": {"module_name": "pipelines.definitions", "location_name": "cakupan"}}]}


def dagster_home() -> Path:
    """DAGSTER_HOME, or `<home>/dagster`; created with the project's dagster.yaml if it has none."""
    folder = Path(environment.read("DAGSTER_HOME", str(environment.home() / "dagster"))).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "dagster.yaml").exists():
        with as_file(files("pipelines").joinpath("dagster.yaml")) as shipped:
            shutil.copyfile(shipped, folder / "dagster.yaml")
    return folder


def project_instance() -> dg.DagsterInstance:
    """The instance of the project, open."""
    vars(sqlite_event_log)["create_engine"] = lambda url, **_: _shared_engine(url)
    return dg.DagsterInstance.from_config(str(dagster_home()))


@cache
def _shared_engine(url: str) -> sqlalchemy.Engine:
    """The engine of a SQLite file of the event log, without a pool: the UI notices an event when the file is closed.

    Dagster makes an engine for every statement, and each new engine compiles the statement again: two seconds of a small run.
    """
    return sqlalchemy.create_engine(
        url, poolclass=sqlalchemy.NullPool, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
    )


def child_environment(**more: str) -> dict[str, str]:
    """The environment of Dagster's own programs: the same home and instance as of this process, no telemetry."""
    named = {environment.HOME: str(environment.home()), "DAGSTER_HOME": str(dagster_home())}
    return environment.of_child(**named, **more, DAGSTER_DISABLE_TELEMETRY="1")


def workspace() -> Path:
    """The workspace file for Dagster's programs, in the instance's folder: an installed wheel has none.

    It equals workspace.yaml of the repository; the name of the location is the same, so that schedules and sensors that
    were turned on stay on.
    """
    path = dagster_home() / "workspace.yaml"
    path.write_text(yaml.safe_dump(WORKSPACE), encoding="utf-8")
    return path


@dataclass(frozen=True)
class MonthRun:
    """A finished run: its warnings in one line each, what failed, if anything did, and seconds by asset."""

    run_id: str
    warnings: list[str]
    failure: str
    seconds: dict[str, float]


def run_month(
    locations: Locations,
    month: str,
    progress: Progress | None = None,
    *,
    force: bool = False,
    publish: bool = True,
    publication: dict[str, object] | None = None,
) -> MonthRun:
    """Run a month in this process, on the project's instance; without `publish` it ends at the month's tables.

    `publication`: the options of the release (`ReleaseConfig`). Raises CakupanError on an unknown month.
    """
    job = build_definitions(locations, progress).resolve_job_def("month" if publish else "tables")
    with project_instance() as instance:
        try:
            result = job.execute_in_process(
                run_config=run_config(job, force=force, publication=publication),
                partition_key=month,
                instance=instance,
                raise_on_error=False,
                tags={"month": month},
            )
        except dg.DagsterUnknownPartitionError:
            raise CakupanError(f"{month} is no month that has begun: write it as YYYY-MM, from 2019-01 on") from None
        records = instance.event_log_storage.get_logs_for_run(result.run_id)
    warnings = [record.user_message for record in records if record.level == 30 and not record.is_dagster_event]
    failure = "" if result.success else describe_failure(result.all_events) or "the run failed; see `cakupan ui`"
    return MonthRun(result.run_id, warnings, failure, _seconds(result))


def run_config(
    job: dg.JobDefinition, *, force: bool, publication: dict[str, object] | None = None
) -> dict[str, object]:
    """The configuration of every step of the job: `force`, and for the release its options; no log on the console."""
    more = dict.fromkeys((edition.asset for edition in EDITIONS.values()), publication or {})
    return {
        "ops": {node.name: {"config": {"force": force, **more.get(node.name, {})}} for node in job.nodes},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }


def _seconds(result: dg.ExecuteInProcessResult) -> dict[str, float]:
    """The duration of each asset; assets of one step show the time of the step once."""
    steps: dict[str, tuple[str, float]] = {}
    for event in result.get_asset_materialization_events():
        made = event.step_materialization_data.materialization
        if "seconds" in made.metadata:  # an asset without work has no duration
            seconds = float(str(made.metadata["seconds"].value))
            steps.setdefault(event.step_key or "", (made.asset_key.to_user_string(), seconds))
    return dict(steps.values())
