"""Slow fixtures are built once for all test processes; each process works on a separate copy.

Belongs here: the lock, the copy, and a run of Dagster as any process can read it. Not: the content of the fixtures (`conftest`).
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest


@dataclass(frozen=True)
class Ran:
    """A finished run, as the event log of its instance has it."""

    instance: dg.DagsterInstance
    run_id: str

    @property
    def success(self) -> bool:
        """Whether the run succeeded."""
        run = self.instance.get_run_by_id(self.run_id)
        return run is not None and run.is_success

    def get_asset_check_evaluations(self) -> list[dg.AssetCheckEvaluation]:
        """The result of each check."""
        events = self._events(dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        return [event.asset_check_evaluation_data for event in events]

    def get_asset_materialization_events(self) -> list[dg.DagsterEvent]:
        """One event for each built asset."""
        return self._events(dg.DagsterEventType.ASSET_MATERIALIZATION)

    def _events(self, kind: dg.DagsterEventType) -> list[dg.DagsterEvent]:
        logs = self.instance.all_logs(self.run_id, of_type=kind)
        return [entry.dagster_event for entry in logs if entry.dagster_event]


def copy_of(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], dict[str, str]]
) -> tuple[Path, dict[str, str]]:
    """A folder that `make` filled once for all processes, copied for this one, and the result of `make`."""
    common = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        common = common.parent  # each process of pytest-xdist has a folder in it
    built, state = common / f"shared-{name}", common / f"shared-{name}.json"
    with (common / f"shared-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not state.exists():
            shutil.rmtree(built, ignore_errors=True)  # another process failed: this one repeats the error
            built.mkdir()
            state.write_text(json.dumps(make(built)))
    own = factory.mktemp(name) / "data"
    shutil.copytree(built, own, symlinks=True)
    return own, dict(json.loads(state.read_text()))
