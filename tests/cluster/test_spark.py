"""Every table of a month computed on a Spark cluster is the table that DuckDB computes."""

import json

import polars as pl
import pytest

from assets.engines.canonical import canonical, digest
from schemas.registers import (
    ENTRANTS,
    PERSON_ATTRIBUTE_CODES,
    PERSON_CELLS,
    PERSON_STATUS_CODES,
    PERSONS,
    PREPAYMENTS,
    TRANSITIONS,
)
from schemas.summaries import SUMMARIES
from tests.cluster.computed import MONTH, Computed
from tests.cluster.spark_cluster import Cluster
from tests.nation import live

REGISTERS = (PERSONS, PERSON_STATUS_CODES, PERSON_ATTRIBUTE_CODES, PERSON_CELLS, TRANSITIONS, ENTRANTS, PREPAYMENTS)


@pytest.mark.parametrize("table", SUMMARIES, ids=lambda table: table.name)
def test_a_summary_has_the_digest_of_duckdb(alone: Computed, clustered: Computed, table) -> None:
    here, there = (found.locations.warehouse.month_metadata(table.name, MONTH) for found in (alone, clustered))
    assert (here["engine"], there["engine"]) == ("duckdb 2.0.0", "spark 4.3.0")
    assert there["rows"] == here["rows"] > 0
    assert there["digest"] == here["digest"]


@pytest.mark.parametrize("table", REGISTERS, ids=lambda table: table.name)
def test_a_register_holds_the_same_rows(alone: Computed, clustered: Computed, table) -> None:
    frames = [
        canonical(pl.read_parquet(found.locations.warehouse.files(table.name, MONTH)), table)
        for found in (alone, clustered)
    ]
    assert frames[0].height > 0
    assert digest(frames[1]) == digest(frames[0])


def test_registers_are_written_by_the_cluster_and_no_row_of_a_person_comes_here(clustered: Computed) -> None:
    for table in (PERSONS, ENTRANTS, PREPAYMENTS):
        written = [path.name for path in clustered.locations.warehouse.files(table.name, MONTH)]
        assert written
        assert all(len(name) > 40 for name in written)  # Spark names its parts by task and attempt
    columns = {name for names in clustered.asked for name in names}
    assert "protected_persons" in columns
    assert columns.isdisjoint({"person_id", "membership_key", "unmatched_person_id", "unmatched_key", "employer_id"})


def test_the_work_was_shared_over_the_network(clustered: Computed, cluster: Cluster) -> None:
    assert clustered.result.success
    assert len(cluster.executors()) == 2
    assert cluster.remote_fetches() > 0


def test_the_release_is_the_same_but_for_the_engine_it_names(alone: Computed, clustered: Computed) -> None:
    here, there = (live(found.locations.releases).folder for found in (alone, clustered))
    names = [path.relative_to(here) for kind in ("parquet", "csv") for path in sorted((here / kind).iterdir())]
    for kind in ("parquet", "csv"):
        assert {table.name for table in SUMMARIES} <= {name.stem for name in names if name.parts[0] == kind}
    assert [name for name in names if (here / name).read_bytes() != (there / name).read_bytes()] == [
        name
        for name in names
        if name.stem in ("releases", "revisions", "changes")  # they hold the moment of publication
    ]
    built_by = json.loads((there / "manifest.json").read_text())["made_by"][MONTH]
    assert built_by == {table.name: "spark 4.3.0" for table in SUMMARIES}


def test_dagster_knows_the_digest_as_the_version_of_the_data(alone: Computed, clustered: Computed) -> None:
    for table in SUMMARIES:
        versions = [
            event.step_materialization_data.materialization.tags["dagster/data_version"]
            for found in (alone, clustered)
            for event in found.result.get_asset_materialization_events()
            if event.asset_key is not None and event.asset_key.to_user_string() == table.name
        ]
        digest_ = alone.locations.warehouse.month_metadata(table.name, MONTH)["digest"]
        assert versions == [digest_[:32]] * 2
