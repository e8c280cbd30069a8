"""A cluster, and one nation computed twice: by DuckDB, and its second month by Spark on a copy.

Belongs here: the two runs. They run once for all tests of the room, because a month costs Spark a minute.
"""

import shutil
from collections.abc import Iterator

import dagster as dg
import polars as pl
import pytest

from assets.engines.spark import SparkEngine
from assets.resources import Locations
from simulator import simulate
from tests.cluster.computed import BEFORE, MONTH, Computed
from tests.cluster.spark_cluster import Cluster, running
from tests.nation import MONTHS, SCALE, build_tables, locations_at, run
from tests.thresholds import by_threshold_alone


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Two workers and a Connect server."""
    if not shutil.which("java"):
        pytest.skip("Java is not installed: apt-get install --no-install-recommends openjdk-17-jre-headless")
    with running() as started:
        yield started


def _run(locations: Locations) -> dg.ExecuteInProcessResult:
    with by_threshold_alone():  # sums are protected here with any engine
        result = run(locations, MONTH)
    assert result.success
    return result


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Computed:
    """By DuckDB alone."""
    root = tmp_path_factory.mktemp("alone")
    locations = locations_at(root)
    for month in MONTHS:
        simulate(locations.landing, month, SCALE)
    build_tables(locations, BEFORE)
    shutil.copytree(root, root.with_name("copy"), symlinks=True)
    return Computed(locations, _run(locations_at(root)), [])


@pytest.fixture(scope="session")
def clustered(alone: Computed, cluster: Cluster) -> Computed:
    """The first month by DuckDB, the second by Spark."""
    root = alone.locations.landing.parent.with_name("copy")
    locations = Locations.below(
        root, engine="spark", spark_address=cluster.engine.remote, spark_token=cluster.engine.token
    )
    asked: list[list[str]] = []

    def query(engine: SparkEngine, sql: str) -> pl.DataFrame:
        frame = original(engine, sql)
        asked.append(frame.columns)
        return frame

    original = SparkEngine.query
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SparkEngine, "query", query)
        return Computed(locations, _run(locations), asked)
