"""Runs as an operator meets them: a backfill of several months, an asset without its inputs, a delivery without a key."""

from pathlib import Path

import dagster as dg
import pytest
from typer.testing import CliRunner

from assets.ingest.delivery import read_manifest, write_manifest
from pipelines.cli.main import app
from pipelines.definitions import build_definitions
from simulator import simulate
from tests.nation import SCALE, instance_at, live, locations_at
from tests.thresholds import by_threshold_alone

FIRST, LAST, LATER = "2024-11", "2024-12", "2025-01"


def range_tags(first: str, last: str) -> dict[str, str]:
    return {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}


@pytest.mark.slow
def test_two_months_are_one_run_and_one_release_and_a_month_without_delivery_is_reported(tmp_path: Path) -> None:
    locations = locations_at(tmp_path)
    for month in (FIRST, LAST):
        simulate(locations.landing, month, SCALE)
    definitions = build_definitions(locations)
    with instance_at(tmp_path) as instance, by_threshold_alone():
        job = definitions.resolve_job_def("month")
        done = job.execute_in_process(instance=instance, tags=range_tags(FIRST, LAST), raise_on_error=False)
        assert done.success
        assert sorted(live(locations.releases).manifest.months) == [FIRST, LAST]
        assert (
            len([path for path in (locations.releases / "public").iterdir() if (path / "manifest.json").exists()]) == 2
        )  # and current

        rows = {
            event.partition: event.step_materialization_data.materialization.metadata[
                "dagster/partition_row_count"
            ].value
            for event in done.get_asset_materialization_events()
            if event.asset_key == dg.AssetKey("memberships")
        }
        assert sorted(rows) == [FIRST, LAST]
        assert rows[FIRST] != rows[LAST]
        checks = [
            (check.asset_check_evaluation_data.check_name, check.asset_check_evaluation_data.partition)
            for check in done.all_events
            if check.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION
        ]
        assert {month for name, month in checks if name == "rows_conserved"} == {FIRST, LAST}
        assert {month for _, month in checks} == {FIRST, LAST}

        done = job.execute_in_process(
            instance=instance,
            tags=range_tags(LAST, LATER),
            asset_selection=[dg.AssetKey("flows")],
            raise_on_error=False,
        )
        assert done.success
        found = {
            event.partition: event.step_materialization_data.materialization.metadata
            for event in done.get_asset_materialization_events()
        }
        assert found[LATER]["nothing_built"].value == f"{LATER} was not delivered"
        assert LATER not in locations.warehouse.months("flows")


def test_an_asset_that_is_asked_before_its_inputs_names_what_to_build_first(tmp_path: Path) -> None:
    job = build_definitions(locations_at(tmp_path)).resolve_job_def("month")
    for asset, first in (
        ("person_cells", f"ingest the deliveries of {LAST} first"),
        ("coverage", f"build the registers of {LAST} first"),
        ("public_release", f"build the coverage tables of {LAST} first"),
    ):
        done = job.execute_in_process(
            instance=dg.DagsterInstance.ephemeral(),
            partition_key=LAST,
            asset_selection=_with_its_step(job, asset),
            raise_on_error=False,
        )
        [failure] = [event.step_failure_data for event in done.all_events if event.is_step_failure]
        assert failure.user_failure_data is not None
        assert first in (failure.user_failure_data.description or ""), asset


def _with_its_step(job: dg.JobDefinition, asset: str) -> list[dg.AssetKey]:
    """The asset with all assets that its step builds."""
    return sorted(job.asset_layer.asset_graph.get(dg.AssetKey(asset)).execution_set_asset_keys)


def test_a_missing_key_is_one_failure_that_gives_its_cause(tmp_path: Path) -> None:
    locations = locations_at(tmp_path)
    folder = simulate(locations.landing, LAST, SCALE)
    write_manifest(folder, LAST, synthetic=False)
    job = build_definitions(locations).resolve_job_def("month")
    done = job.execute_in_process(instance=dg.DagsterInstance.ephemeral(), partition_key=LAST, raise_on_error=False)
    [failure] = [event.step_failure_data for event in done.all_events if event.is_step_failure]
    assert failure.user_failure_data is not None
    text = failure.user_failure_data.description or ""
    assert "CAKUPAN_PERSON_KEY is not set" in text
    assert f"the delivery of {LAST} is not synthetic, as its manifest states" in text


def test_the_manifest_of_a_simulated_month_stays_synthetic(tmp_path: Path) -> None:
    folder = simulate(tmp_path, LAST, SCALE)
    before = read_manifest(folder)
    for remove in (False, True):  # with the manifest of before, and with the ledger alone
        if remove:
            (folder / "manifest.json").unlink()
        assert CliRunner().invoke(app, ["manifest", str(folder)]).exit_code == 0
        after = read_manifest(folder)
        assert before is not None
        assert after is not None
        assert (after["synthetic"], after["persons_scale"]) == (True, before["persons_scale"])
