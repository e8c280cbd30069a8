"""The service: started, given a month, found to have released it, and stopped without a trace."""

import os
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import dagster as dg
import duckdb
import pytest
import yaml

from pipelines.cli import serve as service_module
from pipelines.definitions import build_definitions
from tests.nation import Nation
from tests.serving import free_port, living, started

ROOT = Path(__file__).parents[2]
LOADED_SECONDS = 240  # twenty where nothing else runs


def until(is_so: Callable[[], bool], seconds: float = LOADED_SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.5)
    return False


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def service(tmp_path: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    process = started("serve", tmp_path, port)
    yield process
    for left in living(tmp_path):
        with suppress(ProcessLookupError):
            os.kill(left, signal.SIGKILL)
    process.wait()


@pytest.mark.slow
def test_a_month_that_lands_is_released_and_the_service_ends_on_sigterm(
    nation: Nation, tmp_path: Path, port: int, service: "subprocess.Popen[bytes]"
) -> None:
    landed = tmp_path / "landing" / "2024-12"
    shutil.copytree(nation.locations.landing / "2024-12", landed, ignore=shutil.ignore_patterns("manifest.json"))
    shutil.copy(nation.locations.landing / "2024-12" / "manifest.json", landed)
    released = tmp_path / "releases" / "public" / "current" / "coverage.duckdb"
    assert until(lambda: released.exists() or service.poll() is not None), (tmp_path / "log").read_text()[-3000:]
    query = "SELECT protected_persons FROM coverage WHERE geography_level = 'nation' AND geography_basis = 'home' AND segment = 'all' AND programme = 'any' AND sex = 'all' AND age_band = 'all' AND denominator_id = 'potential'"
    with duckdb.connect(released.resolve(), read_only=True) as con:
        assert con.execute(query).fetchall() == [(4520,)]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=20) as answer:
        assert b"dagster_webserver_version" in answer.read()
    assert len(living(tmp_path)) >= 4
    service.send_signal(signal.SIGTERM)
    assert service.wait(LOADED_SECONDS) == 0
    assert living(tmp_path) == []
    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as instance:
        assert [run.status for run in instance.get_runs()] == [dg.DagsterRunStatus.SUCCESS]  # it was let end
        assert instance.telemetry_enabled is False


@pytest.mark.slow
def test_webserver_and_daemon_find_the_tables_of_a_new_instance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both would make them at once, and the one that comes second ends with an error."""
    there: list[bool] = []

    def started(*_: str) -> "subprocess.Popen[bytes]":
        there.append((tmp_path / "schedules" / "schedules.db").exists())
        return subprocess.Popen(["true"], start_new_session=True)

    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("CAKUPAN_HOME", str(tmp_path))
    monkeypatch.setenv("CAKUPAN_SERVICE", "")
    monkeypatch.setattr(service_module, "_started", started)
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        assert service_module.serve(0) == 1  # a child ended by itself
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    assert there == [True, True]


@pytest.mark.parametrize("is_service", [True, False])
def test_schedule_and_sensor_are_on_in_the_service_only(is_service: bool) -> None:
    definitions = build_definitions(is_service=is_service)
    schedule = definitions.resolve_schedule_def("month_has_ended")
    sensor = definitions.resolve_sensor_def("month_has_landed")
    assert (schedule.default_status is dg.DefaultScheduleStatus.RUNNING) is is_service
    assert (sensor.default_status is dg.DefaultSensorStatus.RUNNING) is is_service


def test_every_asset_waits_for_the_one_writer() -> None:
    for name in ("month", "tables"):
        job = build_definitions().resolve_job_def(name)
        assert {node.definition.pool for node in job.nodes} == {"warehouse"}  # type: ignore[attr-defined]
    settings = yaml.safe_load((ROOT / "pipelines" / "dagster.yaml").read_text())
    assert settings["concurrency"]["pools"] == {"default_limit": 1, "granularity": "run"}
    assert settings["run_retries"]["retry_on_asset_or_op_failure"] is False
    assert settings["run_monitoring"]["enabled"] is True
