"""What several kinds of tests share: a small nation, simulated and run once a session through Dagster."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from hypothesis import settings

from assets.resources import Places
from assets.warehouse import Warehouse
from pipelines.cli.session import run_config
from pipelines.definitions import build_definitions
from simulator import simulate
from tests.objectstore import bucket, s3_server  # noqa: F401  fixtures
from tests.postgresql import database, postgresql  # noqa: F401  fixtures
from tests.shared import Ran, copy_of
from tests.thresholds import by_threshold_alone

SCALE = 1e-4
MONTHS = ("2024-11", "2024-12")
SEASON = ("2024-09", "2024-10", "2024-11", "2024-12", "2025-01", "2025-02", "2025-03")


def pytest_configure() -> None:
    """The width of the terminal is that of no test; with several processes, pytest-xdist would set one."""
    os.environ.pop("COLUMNS", None)
    settings.register_profile("ci", derandomize=True)  # the same examples in every run: a failure is one of the change
    if os.environ.get("CI") == "true":
        settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _environment_as_before() -> Iterator[None]:
    """A command that was called within this process leaves the places it was given in the environment."""
    before = dict(os.environ)
    yield
    for name in [name for name in os.environ if name.startswith(("CAKUPAN_", "DAGSTER_"))]:
        if name not in before:
            del os.environ[name]
    os.environ.update({name: text for name, text in before.items() if name.startswith(("CAKUPAN_", "DAGSTER_"))})


@pytest.fixture(autouse=True, scope="session")
def _no_environment() -> None:
    """No test sees the user's places, key or Dagster instance."""
    for name in list(os.environ):
        if name.startswith(("CAKUPAN_", "DAGSTER_")):
            del os.environ[name]
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"


@pytest.fixture(autouse=True, scope="session")
def _report_is_not_drawn() -> Iterator[None]:
    """Publishing within this process leaves a word where the report would be: drawing it takes seconds, dozens of times.

    The real one is made by whoever asks `assets.release.report.page` for it (tests/browser), and by every command that
    runs in a process of its own.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assets.release.report.page.write_report", _word)
        yield


def _word(folder: Path, manifest: dict[str, Any]) -> Path:
    path = folder / "report" / "index.html"
    path.parent.mkdir()
    path.write_text(f"report of {manifest['release_id']}\n", encoding="utf-8")
    return path


def run(
    places: Places,
    month: str,
    instance: dg.DagsterInstance,
    *,
    force: bool = False,
    publish: bool = True,
    reason: str = "",
    accept_incomplete: bool = False,
) -> dg.ExecuteInProcessResult:
    """One month through the project's job; `reason`: what the operator says of changed figures, or of what holds a month."""
    said: dict[str, object] = {"reason": reason, "accept_incomplete": accept_incomplete}
    job = build_definitions(places=places).resolve_job_def("month" if publish else "tables")
    return job.execute_in_process(
        run_config=run_config(job, force=force, said=said if reason else None),
        partition_key=month,
        instance=instance,
        raise_on_error=False,
    )


def places_at(root: Path) -> Places:
    """Landing, warehouse and releases below a folder."""
    return Places(root / "landing", Warehouse(root / "warehouse"), root / "releases")


@dataclass
class Nation:
    """A nation of 1:10,000, whose months went from landing to release."""

    root: Path
    places: Places
    instance: dg.DagsterInstance
    results: dict[str, Ran]

    def ledger(self, month: str) -> dict[str, Any]:
        """The true numbers that the simulator planted."""
        return dict(json.loads((self.places.landing / f"{month}.ledger.json").read_text()))


def instance_at(root: Path) -> dg.DagsterInstance:
    """The Dagster instance below a folder."""
    folder = root / "dagster"
    folder.mkdir(exist_ok=True)
    (folder / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    return dg.DagsterInstance.from_config(str(folder))


def _copied(root: Path, runs: dict[str, str]) -> Nation:
    instance = instance_at(root)
    return Nation(root, places_at(root), instance, {month: Ran(instance, run) for month, run in runs.items()})


@pytest.fixture(scope="session")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    """Two months, simulated and run once for all processes."""
    return _copied(*copy_of(tmp_path_factory, "nation", _nation))


def _nation(root: Path) -> dict[str, str]:
    runs = {}
    with instance_at(root) as instance:
        for month in MONTHS:
            simulate(root / "landing", month, SCALE)
            runs[month] = run(places_at(root), month, instance).run_id
    return runs


@pytest.fixture(scope="session")
def season(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    """Seven months with every extract; the last publishes them all."""
    return _copied(*copy_of(tmp_path_factory, "season", _season))


def _season(root: Path) -> dict[str, str]:
    runs = {}
    with instance_at(root) as instance:
        for month in SEASON:
            simulate(root / "landing", month, SCALE)
            with by_threshold_alone():  # proving seven at this size takes a minute and leaves little to look at
                runs[month] = run(places_at(root), month, instance, publish=month == SEASON[-1]).run_id
    return runs
