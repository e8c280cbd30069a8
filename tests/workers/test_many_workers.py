"""Two Celery workers take a month in groups, on a real Redis and a real PostgreSQL: the result is that of one process.

As deploy/celery ships it. Skipped by `make test CLUSTER=no`, never in CI.
"""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from assets.ingest.delivery import read_delivery
from assets.ingest.file import FileIngest
from assets.ingest.month import ingest_month
from assets.ingest.taken import REPORT
from assets.release.switch import current
from pipelines.simulator import simulate
from pipelines.taking import Patience, take_months
from schemas.extracts import EXTRACTS
from tests.celery_workers import LOADED_SECONDS, Machines
from tests.conftest import SCALE, Nation, places_at, run
from tests.ingested import contents, released, stage
from tests.thresholds import by_threshold_alone

MONTH = "2024-12"


def ingest_and_release(root: Path) -> dg.ExecuteInProcessResult:
    with dg.DagsterInstance.ephemeral() as instance, by_threshold_alone():
        return run(places_at(root), MONTH, instance)


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    """The month as one process makes it, from landing to release."""
    root = tmp_path_factory.mktemp("alone")
    simulate(root / "landing", MONTH, SCALE)
    result = ingest_and_release(root)
    assert result.success
    return Nation(root, places_at(root), dg.DagsterInstance.ephemeral(), {MONTH: result})


@pytest.fixture
def shared(alone: Nation, machines: Machines) -> Machines:
    """Machines that find the same month landed."""
    (machines.root / "landing").symlink_to(alone.places.landing)
    return machines


@contextmanager
def as_on(machines: Machines, name: str) -> Iterator[None]:
    """This process sees what a process of the machine sees."""
    with pytest.MonkeyPatch.context() as patch:
        for variable, text in machines.environment_of(name).items():
            patch.setenv(variable, text)
        yield


def run_pids(machines: Machines) -> dict[str, list[str]]:
    """By run: the processes that began it."""
    with as_on(machines, "desk"), dg.DagsterInstance.get() as instance:
        events = {
            found.run_id: " ".join(entry.user_message + entry.message for entry in instance.all_logs(found.run_id))
            for found in instance.get_runs()
        }
    return {
        run_id: sorted(set(re.findall(r"Started process for run \(pid: (\d+)\)", text)))
        for run_id, text in events.items()
    }


def statuses(machines: Machines) -> list[str]:
    """Of all runs, the oldest first."""
    with as_on(machines, "desk"), dg.DagsterInstance.get() as instance:
        return [found.status.value for found in reversed(instance.get_runs())]


def test_a_month_taken_by_two_workers_is_that_of_one_process(
    alone: Nation, shared: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers = [shared.start(name) for name in ("first", "second")]
    for worker in workers:
        worker.wait_until_ready()
    done = shared.command("take", "--month", MONTH, "--groups", "3")  # one more than workers know of
    assert done.returncode == 0, done.stderr
    assert sorted(re.findall(rf"^{MONTH} (G\d\d): \d+ files, [\d,]+ rows", done.stdout, re.M)) == [
        "G01",
        "G02",
        "G03",
    ]
    counts = [worker.succeeded() for worker in workers]
    assert min(counts) >= 1
    assert sum(counts) == 3
    pids = [pid for of in run_pids(shared).values() for pid in of]
    assert len(pids) == len(set(pids)) == 3, "each run begins in a process of its own"

    def read(*_: object) -> None:
        raise AssertionError("every file was taken")

    monkeypatch.setattr(FileIngest, "take", read)
    assert ingest_and_release(shared.root).success
    places = places_at(shared.root)
    for table in EXTRACTS:
        assert contents(places.warehouse, table, MONTH) == contents(alone.places.warehouse, table, MONTH) != {}
        assert stage(places.warehouse, table, MONTH) == stage(alone.places.warehouse, table, MONTH)
    mine, others = current(places.releases), current(alone.places.releases)
    assert released(mine) == released(others) != {}
    assert not list(places.place_to_take().rglob("*.parquet"))
    again = shared.command("take", "--month", MONTH)
    assert (again.returncode, again.stdout.strip()) == (0, f"{MONTH}: nothing left to take")


def test_the_group_of_a_killed_worker_is_taken_again_and_nothing_half_written_is_adopted(
    alone: Nation, shared: Machines
) -> None:
    places, told, raised = places_at(shared.root), list[str](), list[Exception]()

    def take() -> None:
        try:
            take_months(places, [MONTH], 1, Patience(LOADED_SECONDS, 8), told.append)
        except Exception as error:  # noqa: BLE001  shown below
            raised.append(error)

    with as_on(shared, "desk"):
        victim = shared.start("victim")
        victim.wait_until_ready()
        taking = threading.Thread(target=take)
        taking.start()
        while not list(places.place_to_take().glob("*/*/candidate-*")):
            assert taking.is_alive(), raised
            time.sleep(0.005)
        victim.kill()
        left = list(places.place_to_take().glob("*/*/candidate-*"))
        kept = [folder for folder in places.place_to_take().glob("*/*/*") if not folder.name.startswith("candidate-")]
        assert all((folder / REPORT).exists() for folder in kept)
        shared.start("heir").wait_until_ready()
        taking.join(LOADED_SECONDS)
    assert not raised
    assert left, "killed while it wrote"
    assert told[0] == f"{MONTH} G01: its worker is gone; taken again"
    assert re.fullmatch(rf"{MONTH} G01: \d+ files, [\d,]+ rows in [\d.]+ s", told[1])
    assert statuses(shared) == ["FAILURE", "SUCCESS"]
    delivery = read_delivery(places.landing, MONTH)
    for table in EXTRACTS:
        ingest_month(table, delivery, places.warehouse, places.key(delivery), ahead=places.place_to_take())
        assert contents(places.warehouse, table, MONTH) == contents(alone.places.warehouse, table, MONTH)
    assert not [path for path in places.place_to_take().rglob("*") if path.is_file()], (
        "what the killed worker left is gone too"
    )


def test_without_a_worker_or_broker_it_says_so_and_nothing_waits(shared: Machines) -> None:
    done = shared.command("take", "--month", MONTH, "--groups", "2", "--patience", "3")
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0
    assert f"nobody took up {MONTH} G01 within 3 s: start a worker for CeleryRunLauncher" in done.stderr
    assert statuses(shared) == ["CANCELED", "CANCELED"]
    done = shared.command("take", "--month", MONTH, CAKUPAN_BROKER="redis://127.0.0.1:1/0")
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0
    assert "CeleryRunLauncher takes no runs" in done.stderr
    assert not list(places_at(shared.root).taken.rglob("*.parquet"))
