"""A simulated nation of 1:10,000 that went through Dagster, and what runs one.

Belongs here: its size and months, a run of the job, the locations below a folder. Not: when one is built (`conftest`).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from assets.resources import Locations
from pipelines.cli.session import run_config
from pipelines.definitions import build_definitions
from tests.shared import Ran

SCALE = 1e-4
MONTHS = ("2024-11", "2024-12")
SEASON = ("2024-09", "2024-10", "2024-11", "2024-12", "2025-01", "2025-02", "2025-03")


def run(
    locations: Locations,
    month: str,
    instance: dg.DagsterInstance,
    *,
    force: bool = False,
    publish: bool = True,
    reason: str = "",
    accept_incomplete: bool = False,
) -> dg.ExecuteInProcessResult:
    """One month through the project's job; `reason`: the operator's reason for changed figures, or for accepting a held month."""
    publication: dict[str, object] = {"reason": reason, "accept_incomplete": accept_incomplete}
    job = build_definitions(locations=locations).resolve_job_def("month" if publish else "tables")
    return job.execute_in_process(
        run_config=run_config(job, force=force, publication=publication if reason else None),
        partition_key=month,
        instance=instance,
        raise_on_error=False,
    )


def locations_at(root: Path) -> Locations:
    """Landing, warehouse and releases below a folder."""
    return Locations.below(root)


@dataclass
class Nation:
    """A nation of 1:10,000, whose months went from landing to release."""

    root: Path
    locations: Locations
    instance: dg.DagsterInstance
    results: dict[str, Ran]

    def ledger(self, month: str) -> dict[str, Any]:
        """The true numbers that the simulator planted."""
        return dict(json.loads((self.locations.landing / f"{month}.ledger.json").read_text()))


def instance_at(root: Path) -> dg.DagsterInstance:
    """The Dagster instance below a folder."""
    folder = root / "dagster"
    folder.mkdir(exist_ok=True)
    (folder / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    return dg.DagsterInstance.from_config(str(folder))
