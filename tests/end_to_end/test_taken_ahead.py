"""A month taken ahead through Dagster itself: by groups in this process, and by the command with processes of this machine."""

import re
from collections import Counter
from pathlib import Path

import dagster as dg
import pytest

from assets.errors import WarehouseUnusable
from assets.ingest.ahead import DIVIDED, NAMES
from assets.ingest.delivery import DeliveredFile
from assets.ingest.file import FileIngest
from assets.ingest.groups import groups
from assets.ingest.report import FileReport
from assets.resources import Places
from assets.warehouse import Warehouse
from pipelines.definitions import build_definitions
from pipelines.simulator import simulate
from schemas.extracts import EXTRACTS, stored_table
from tests.chaos.test_interruptions import command
from tests.conftest import SCALE, places_at
from tests.ingested import contents
from tests.objectstore import TestBucket

MONTH = "2024-12"
INGEST = [dg.AssetKey(stored_table(table).name) for table in EXTRACTS]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """The month as it is ingested with nothing taken ahead."""
    root = tmp_path_factory.mktemp("alone")
    simulate(root / "landing", MONTH, SCALE)
    assert ingest(places_at(root)).success
    return places_at(root)


@pytest.fixture
def places(alone: Places, tmp_path: Path) -> Places:
    """The same month, landed elsewhere."""
    (tmp_path / "landing").symlink_to(alone.landing)
    return places_at(tmp_path)


def ingest(places: Places) -> dg.ExecuteInProcessResult:
    job = build_definitions(places=places).resolve_job_def("tables")
    return job.execute_in_process(partition_key=MONTH, asset_selection=INGEST, raise_on_error=False)


def take(places: Places, group: str, of: int = DIVIDED) -> dg.ExecuteInProcessResult:
    job = build_definitions(places=places).resolve_job_def("take")
    return job.execute_in_process(
        run_config={"ops": {"take_files": {"config": {"of": of}}}},
        partition_key=dg.MultiPartitionKey({"month": MONTH, "group": group}),
        raise_on_error=False,
    )


def failure(result: dg.ExecuteInProcessResult) -> str:
    [failed] = [event for event in result.all_events if event.is_step_failure]
    said = failed.step_failure_data.user_failure_data
    assert said
    return str(said.description)


def test_groups_taken_by_runs_leave_the_month_only_what_is_missing(
    alone: Places, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, original = Counter[str](), FileIngest.take

    def counting(self: FileIngest, place: int, file: DeliveredFile) -> FileReport:
        read[file.name] += 1
        return original(self, place, file)

    monkeypatch.setattr(FileIngest, "take", counting)
    assert DIVIDED == 4
    results = [take(places_at(places.landing.parent), group) for group in NAMES[: DIVIDED - 1]]
    assert all(result.success for result in results)
    counts = [
        event.step_output_data.metadata["files"].value
        for result in results
        for event in result.all_events
        if event.is_successful_output
    ]
    taken = {file.name for group in groups(alone.delivery(MONTH), DIVIDED)[:-1] for file in group}
    assert sum(counts) == len(taken) == len(read)
    read.clear()
    assert ingest(places).success
    assert set(read) == {file.name for file in groups(alone.delivery(MONTH), DIVIDED)[-1]} != set()
    assert set(read.values()) == {1}
    for table in EXTRACTS:
        assert contents(places.warehouse, table, MONTH) == contents(alone.warehouse, table, MONTH)


def test_runs_of_groups_wait_for_no_lock_and_no_pool(places: Places) -> None:
    [node] = build_definitions().resolve_job_def("take").nodes
    assert node.definition.pools == set()
    with places.warehouse.lock(f"memberships-{MONTH}"):
        assert take(places, "G01").success


def test_a_worker_that_is_set_up_otherwise_is_refused_in_one_line(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert failure(take(places, "G03", of=2)) == "there is no group G03: the month is divided into 2"
    places.key(places.delivery(MONTH))
    monkeypatch.setenv("CAKUPAN_PERSON_KEY", "ab" * 32)
    refused = "CAKUPAN_PERSON_KEY is not the key this warehouse was made with: persons would not match"
    assert failure(take(places, "G01")) == refused
    assert not list(places.place_to_take().rglob("*.parquet"))


def test_a_warehouse_that_is_no_folder_takes_ahead_only_where_a_folder_is_named(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Places(places.landing, Warehouse("s3://bucket/warehouse"), places.releases)
    assert elsewhere.taken is None
    with pytest.raises(WarehouseUnusable, match="CAKUPAN_TAKEN is not set: name a folder that every worker mounts"):
        elsewhere.place_to_take()
    monkeypatch.setenv("CAKUPAN_TAKEN", "/mnt/taken")
    assert elsewhere.place_to_take() == Path("/mnt/taken")


def test_a_warehouse_in_a_bucket_adopts_what_lies_in_a_folder_that_is_named(
    alone: Places, bucket: TestBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_TAKEN", str(tmp_path / "share"))
    places = Places(alone.landing, Warehouse(bucket.url), tmp_path / "releases")
    assert take(places, "G01", of=1).success

    def read(*_: object) -> None:
        raise AssertionError("every file was taken")

    monkeypatch.setattr(FileIngest, "take", read)
    assert ingest(places).success
    for table in EXTRACTS:
        there, here = (of.warehouse.files(stored_table(table).name, MONTH) for of in (places, alone))
        assert [path.read_bytes() for path in there] == [path.read_bytes() for path in here] != []


def test_the_command_takes_months_with_processes_of_this_machine(alone: Places, places: Places, tmp_path: Path) -> None:
    process = command(tmp_path, "take", "--month", MONTH, "--groups", "2")
    said, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    assert re.fullmatch(rf"({MONTH} G0[12]: \d+ files, [\d,]+ rows in [\d.]+ s\n){{2}}", said)
    assert errors == ""
    every = sum(len(group) for group in groups(alone.delivery(MONTH), 2))
    assert len(list(places.place_to_take().glob("*/*/*/report.json"))) == every
    assert ingest(places).success
    for table in EXTRACTS:
        assert contents(places.warehouse, table, MONTH) == contents(alone.warehouse, table, MONTH)
    process = command(tmp_path, "take", "--month", "2023-01")
    _, errors = process.communicate(timeout=60)
    assert errors.startswith("error: no folder 2023-01 in the landing zone")
    process = command(tmp_path, "take", "--month", MONTH, "--groups", "100")
    process.communicate(timeout=60)
    assert process.returncode == 2
