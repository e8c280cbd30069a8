"""Fixtures of several kinds of tests: a small nation, simulated and run through Dagster once per session."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import dagster as dg
import pytest
from hypothesis import settings

from assets.release.editions import INTERNAL, PUBLIC
from assets.release.published_release import Manifest
from simulator import simulate
from tests.nation import MONTHS, SCALE, SEASON, Nation, build_tables, instance_at, locations_at, run
from tests.objectstore import bucket, s3_server  # noqa: F401  fixtures
from tests.postgresql import database, postgresql  # noqa: F401  fixtures
from tests.shared import Ran, copy_of
from tests.thresholds import by_threshold_alone

IS_CI = os.environ.get("CI") == "true"


def pytest_configure() -> None:
    """The width of the terminal is that of no test; with several processes, pytest-xdist would set one."""
    os.environ.pop("COLUMNS", None)
    settings.register_profile("ci", derandomize=True)  # the same examples in every run: a failure is one of the change
    if IS_CI:
        settings.load_profile("ci")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Elsewhere a test is skipped where a program or right of the system is missing; in CI it fails."""
    report = yield
    if report.skipped and IS_CI:
        report.outcome, report.longrepr = "failed", f"skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.fixture(autouse=True, scope="session")
def _no_environment() -> None:
    """No test sees the user's locations, key or Dagster instance."""
    for name in list(os.environ):
        if name.startswith(("CAKUPAN_", "DAGSTER_")):
            del os.environ[name]
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    os.environ["CAKUPAN_EDITIONS"] = "public"  # a test of another edition names it: each takes seconds


@pytest.fixture(autouse=True, scope="session")
def _report_is_not_drawn() -> Iterator[None]:
    """Publishing in this process writes short texts instead of report and workbook, which need seconds, dozens of times.

    Tests that call `write_report` and `write_workbook` themselves, and commands in other processes, write the real ones.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assets.release.report.page.write_report", _word)
        patch.setattr("assets.release.build.write_workbook", lambda _folder, _manifest: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def _runs_are_kept_in_memory() -> Iterator[None]:
    """Commands in this process keep their runs in memory; commands in other processes keep them in the project's instance."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.cli.session.project_instance", dg.DagsterInstance.ephemeral)
        yield


def _word(folder: Path, manifest: Manifest) -> Path:
    path = folder / "report" / "index.html"
    path.parent.mkdir()
    path.write_text(f"report of {manifest.release_id}\n", encoding="utf-8")
    return path


def _copied(root: Path, runs: dict[str, str]) -> Nation:
    instance = instance_at(root)
    return Nation(root, locations_at(root), instance, {month: Ran(instance, run) for month, run in runs.items()})


@pytest.fixture(scope="session")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    """Two months, simulated and run once for all processes, with an internal and a public release of each."""
    return _copied(*copy_of(tmp_path_factory, "nation", _nation))


def _nation(root: Path) -> dict[str, str]:
    runs = {}
    with instance_at(root) as instance:
        for month in MONTHS:
            simulate(root / "landing", month, SCALE)
            runs[month] = run(locations_at(root), month, instance, editions=(INTERNAL, PUBLIC)).run_id
    return runs


@pytest.fixture(scope="session")
def season(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    """Seven months with every extract; the last goes through Dagster and publishes them all."""
    return _copied(*copy_of(tmp_path_factory, "season", _season))


def _season(root: Path) -> dict[str, str]:
    locations = locations_at(root)
    for month in SEASON:
        simulate(locations.landing, month, SCALE)
    for month in SEASON[:-1]:
        build_tables(locations, month)
    with by_threshold_alone():  # a proof of seven months takes a minute
        assert run(locations, SEASON[-1]).success
    return {}
