"""A simulated nation of 1:10,000 that went through Dagster, and what runs one.

Belongs here: its size and months, a run of the job, the locations below a folder, the current release of an edition. Not: when one is built (`conftest`).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from assets.coverage.build import build_coverage
from assets.coverage.catalogue import CATALOGUE
from assets.coverage.quality import build_data_quality
from assets.coverage.summary import build_summary
from assets.ingest.delivery import read_delivery
from assets.ingest.month import ingest_month
from assets.ingest.pseudonyms import warehouse_key
from assets.plausibility.build import build_measures, build_plausibility
from assets.registers.persons import build_persons
from assets.registers.prepayments import build_prepayments
from assets.registers.transitions import build_transitions
from assets.release.editions import PUBLIC, Edition
from assets.release.journal import current_release
from assets.release.published_release import PublishedRelease
from assets.resources import Locations
from pipelines.cli.session import run_config
from pipelines.definitions import build_definitions
from schemas.extracts.catalogue import EXTRACTS
from tests.shared import Ran

SCALE = 1e-4
MONTHS = ("2024-11", "2024-12")
SEASON = ("2024-09", "2024-10", "2024-11", "2024-12", "2025-01", "2025-02", "2025-03")


def run(
    locations: Locations,
    month: str,
    instance: dg.DagsterInstance | None = None,
    *,
    force: bool = False,
    publish: bool = True,
    reason: str = "",
    accept_incomplete: bool = False,
    editions: tuple[Edition, ...] = (PUBLIC,),
) -> dg.ExecuteInProcessResult:
    """One month through the project's job. Without an instance Dagster keeps the run in memory, which is a quarter faster.

    `reason`: the operator's reason for changed figures, or for accepting a held month.
    """
    publication: dict[str, object] = {"reason": reason, "accept_incomplete": accept_incomplete}
    job = build_definitions(locations=locations, editions=editions).resolve_job_def("month" if publish else "tables")
    return job.execute_in_process(
        run_config=run_config(job, force=force, publication=publication if reason else None),
        partition_key=month,
        instance=instance or dg.DagsterInstance.ephemeral(),
        raise_on_error=False,
    )


def locations_at(root: Path) -> Locations:
    """Landing, warehouse and releases below a folder."""
    return Locations.below(root)


def live(releases: Path, edition: str = "public") -> PublishedRelease:
    """The current release of an edition, in the folder of all releases."""
    return current_release(releases / edition)


def build_tables(locations: Locations, month: str) -> None:
    """The month's tables without Dagster, which takes half of the time of so small a month."""
    delivery = read_delivery(locations.landing, month)
    key = warehouse_key(locations.warehouse, synthetic=delivery.synthetic)
    for extract in EXTRACTS:
        ingest_month(extract, delivery, locations.warehouse, key)
    for build in (build_prepayments, build_persons, build_transitions, build_coverage):
        build(locations.warehouse, month)
    for summary in CATALOGUE:
        build_summary(locations.warehouse, month, summary)
    build_data_quality(locations.warehouse, month)
    build_measures(locations.warehouse, month)
    build_plausibility(locations.warehouse, month)


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
