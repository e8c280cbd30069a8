"""Failures: a worker dies, the server disappears, a token is wrong, a file is missing. Each gives one line and no partial result."""

import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep

import polars as pl
import pytest

from assets.coverage.build import build_coverage
from assets.coverage.compliance import COMPLIANCE_SUMMARY
from assets.coverage.summary import build_summary
from assets.engines.spark import Spark, SparkEngine
from assets.errors import EngineLost, EngineRefused, MonthRefused
from assets.registers.persons import build_persons
from assets.warehouse import Warehouse
from schemas.registers import PERSONS
from schemas.tables import Field, Kind, Table
from tests.cluster.computed import MONTH, Computed
from tests.cluster.spark_cluster import Cluster

HELD = Table("held", "a text", "one row", (Field("person_id", Kind.TEXT, "a text"),))


def while_busy(cluster: Cluster, work: Callable[[], object], then: Callable[[], None]) -> "Future[object]":
    """Start the work, do the other thing once tasks of it run, and wait for the work."""
    with ThreadPoolExecutor(1) as pool:
        begun = pool.submit(work)
        until = monotonic() + 120
        while not cluster.is_busy():
            assert monotonic() < until, "nothing began"
            assert not begun.done(), begun
            sleep(0.05)
        then()
    return begun


@pytest.fixture
def copy(clustered: Computed, tmp_path: Path) -> Warehouse:
    """A separate warehouse with all computed tables."""
    held = clustered.locations.warehouse
    shutil.copytree(held.root, tmp_path / "warehouse", symlinks=True)
    return Warehouse(tmp_path / "warehouse", held.engine)


def test_a_worker_that_is_killed_at_its_work_changes_nothing(cluster: Cluster, copy: Warehouse) -> None:
    names = ("coverage", "compliance")
    before = {name: copy.month_metadata(name, MONTH)["digest"] for name in names}

    def work() -> None:
        build_persons(copy, MONTH, force=True)
        build_coverage(copy, MONTH, force=True)
        build_summary(copy, MONTH, COMPLIANCE_SUMMARY, force=True)

    while_busy(cluster, work, lambda: cluster.kill("worker2")).result()
    assert {name: copy.month_metadata(name, MONTH)["digest"] for name in names} == before
    assert "Lost executor" in cluster.log("connect")
    cluster.worker(2)
    cluster.wait_for(2)


@pytest.mark.parametrize("token", ["", "another"])
def test_a_wrong_token_is_refused_in_one_line(cluster: Cluster, token: str) -> None:
    with pytest.raises(EngineRefused) as caught:
        Spark(cluster.engine.remote, token).open("")
    assert str(caught.value) == (
        f"Spark at {cluster.engine.remote} refused the token: give the right one as CAKUPAN_SPARK_TOKEN"
    )


def test_a_missing_server_is_reported_within_seconds() -> None:
    start = monotonic()
    with pytest.raises(EngineLost, match="Spark at sc://localhost:9 is not there"):
        Spark("sc://localhost:9").open("")
    assert monotonic() - start < 60


def test_an_old_server_is_refused() -> None:
    class Old:
        version = "3.5.9"

    with pytest.raises(EngineRefused, match=r"Spark at sc://old is 3\.5\.9: 4\.0 or newer is needed"):
        SparkEngine(Old(), "sc://old").prepare()


def test_a_file_of_the_snapshot_that_is_gone_is_named_before_spark_is_asked(copy: Warehouse) -> None:
    copy.files("memberships", MONTH)[0].unlink()
    with pytest.raises(
        MonthRefused, match=r"memberships of 2024-12: part-\S+ is missing or incomplete: run that month again"
    ):
        build_persons(copy, MONTH, force=True)


def test_a_cell_in_an_error_of_spark_is_not_repeated(cluster: Cluster, tmp_path, capfd, caplog) -> None:
    pl.DataFrame({"person_id": ["3201-secret"]}).write_parquet(tmp_path / "one.parquet")
    engine = cluster.engine.open("")
    engine.register_parquet("held", [(tmp_path / "one.parquet").as_uri()], HELD)
    with pytest.raises(EngineRefused) as caught:
        engine.query("SELECT CAST(person_id AS BIGINT) AS person_id FROM held")
    engine.close()
    assert "its text is withheld" in str(caught.value)
    message = capfd.readouterr()
    assert "secret" not in "".join((str(caught.value), message.out, message.err, caplog.text))
    assert caught.value.__cause__ is None


def test_a_folder_that_the_cluster_does_not_see_is_reported(cluster: Cluster, tmp_path) -> None:
    engine = cluster.engine.open("")

    def read() -> None:
        engine.register_parquet("persons", [(tmp_path / "nowhere.parquet").as_uri()], PERSONS)
        engine.query("SELECT count(*) AS persons FROM persons")

    with pytest.raises(
        EngineRefused, match="does not find a file of the warehouse: it must be where the cluster reaches"
    ):
        read()
    engine.close()


def test_a_server_that_goes_away_at_its_work_leaves_the_month_as_it_was(cluster: Cluster, copy: Warehouse) -> None:
    """The last test: the server is gone after it."""
    before = {
        table: (copy.month_metadata(table, MONTH), copy.files(table, MONTH)) for table in ("persons", "person_cells")
    }
    with pytest.raises(EngineLost, match=r"went away at its work.*nothing of it was promoted"):
        while_busy(cluster, lambda: build_persons(copy, MONTH, force=True), lambda: cluster.kill("connect")).result()
    assert {table: (copy.month_metadata(table, MONTH), copy.files(table, MONTH)) for table in before} == before
    assert not list((copy.root / ".store").glob("*/*/candidate-*"))
