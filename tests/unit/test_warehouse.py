"""The warehouse in a folder and in a bucket: months replaced as a whole, candidates that leave no trace, one writer, one key."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assets.engines.duckdb_engine import DuckDB
from assets.errors import KeyRefused, MonthRefused
from assets.warehouse import Warehouse
from tests.unit.promoted import MONTH, promote

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["folder", "bucket"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Warehouse:
    """An empty one of either kind."""
    if request.param == "folder":
        return Warehouse(tmp_path / "warehouse")
    return Warehouse(request.getfixturevalue("bucket").url)


def test_a_promoted_month_is_what_readers_see(warehouse):
    assert promote(warehouse, "one").read_text() == "one"
    assert Warehouse(warehouse.root).files("persons", MONTH)[0].read_text() == "one"


def test_the_metadata_of_a_month_describe_it_and_list_its_files_in_full(warehouse):
    promote(warehouse, "one")
    stage = warehouse.month_metadata("persons", MONTH)
    files = stage.pop("files")
    assert stage == {"fingerprint": "one"}
    assert {name: about["bytes"] for name, about in files.items()} == {"part-00000.parquet": 3}


def test_months_are_listed_in_order(warehouse):
    for month in ("2024-12", "2023-01", "2024-02"):
        promote(warehouse, "x", month=month)
    assert warehouse.months("persons") == ["2023-01", "2024-02", "2024-12"]
    assert warehouse.months("person") == []


def test_a_month_never_promoted_is_refused_with_what_to_do(warehouse):
    for ask in (warehouse.files, warehouse.uris):
        with pytest.raises(MonthRefused, match=r"^persons has no month 2024-12: run the stage that builds it first$"):
            ask("persons", MONTH)
    assert warehouse.month_metadata("persons", MONTH) == {}
    assert warehouse.months("persons") == []


def test_rows_are_read_only_from_parquet_and_other_files_are_kept(warehouse):
    with warehouse.candidate("quarantine/enrolments", MONTH, private=True) as candidate:
        (candidate / "offices").mkdir()
        (candidate / "offices" / "A01.csv").write_text("for the office")
        for name in ("part-00001.parquet", "part-00000.parquet", "_SUCCESS", ".part-00000.parquet.crc"):
            (candidate / name).write_text(name)
        warehouse.promote("quarantine/enrolments", MONTH, candidate, {})
    assert [path.name for path in warehouse.files("quarantine/enrolments", MONTH)] == [
        "part-00000.parquet",
        "part-00001.parquet",
    ]
    listed = warehouse.month_metadata("quarantine/enrolments", MONTH)["files"]
    assert list(listed) == ["offices/A01.csv", "part-00000.parquet", "part-00001.parquet"]
    assert warehouse.months("quarantine/enrolments") == [MONTH]


def test_a_month_without_rows_is_a_month(warehouse):
    with warehouse.candidate("persons", MONTH) as candidate:
        warehouse.promote("persons", MONTH, candidate, {"fingerprint": "none"})
    assert warehouse.months("persons") == [MONTH]
    assert (warehouse.files("persons", MONTH), warehouse.uris("persons", MONTH)) == ([], [])


def test_a_candidate_that_fails_leaves_the_month_as_it_was(warehouse):
    def fail() -> None:
        with warehouse.candidate("persons", MONTH) as candidate:
            folders.append(candidate)
            (candidate / "part-00000.parquet").write_text("half")
            raise OSError(errno.ENOSPC, "full")

    folders: list[Path] = []
    with pytest.raises(OSError, match="full"):
        fail()
    assert warehouse.months("persons") == []
    promote(warehouse, "whole")
    with pytest.raises(OSError, match="full"):
        fail()
    assert warehouse.files("persons", MONTH)[0].read_text() == "whole"
    assert not any(folder.exists() for folder in folders)


_DIES_HALF_WAY = """
import os, signal, sys
from assets.warehouse.storage.object_store import ObjectStore
from assets.warehouse.storage.interface import parse_uri
from assets.warehouse import Warehouse

upload = ObjectStore.write

def upload_one_and_die(self, name, content):
    upload(self, name, content)
    os.kill(os.getpid(), signal.SIGKILL)

ObjectStore.write = upload_one_and_die
warehouse = Warehouse(parse_uri(sys.argv[1]))
with warehouse.lock("persons"), warehouse.candidate("persons", "2024-12") as candidate:
    for number in range(9):
        (candidate / f"part-{number:05}.parquet").write_text("half")
    if not isinstance(warehouse.root, str):
        os.kill(os.getpid(), signal.SIGKILL)
    warehouse.promote("persons", "2024-12", candidate, {"fingerprint": "half"})
"""


def test_a_killed_run_leaves_the_old_month_live_and_the_next_writer_removes_its_traces(warehouse):
    promote(warehouse, "old")
    killed = subprocess.run(
        [sys.executable, "-c", _DIES_HALF_WAY, str(warehouse.root)],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False, timeout=60,
    )  # fmt: skip
    assert killed.returncode == -9
    versions = _versions(warehouse)
    assert len(versions) == 2, "it had begun"
    assert [path.read_text() for path in warehouse.files("persons", MONTH)] == ["old"]
    assert promote(warehouse, "new").read_text() == "new"
    left = _versions(warehouse)
    assert len(left) == 2
    assert len(left & versions) == 1, "the old month, for its readers, without files of the killed run"


def _versions(warehouse: Warehouse) -> set[str]:
    """The versions of the month in the store, live or not."""
    if isinstance(warehouse.root, Path):
        return {path.name for path in (warehouse.root / ".store" / "persons" / MONTH).iterdir()}
    return {name.partition("/")[0] for name in warehouse.storage._objects.sizes(f".store/persons/{MONTH}")}


def test_readers_of_the_version_before_keep_it(warehouse):
    old = promote(warehouse, "old")
    new = promote(warehouse, "new")
    assert (old.read_text(), new.read_text()) == ("old", "new")


def test_two_versions_are_kept_and_no_more(warehouse):
    files = [promote(warehouse, text) for text in ("one", "two", "three", "four")]
    assert [path.exists() for path in files] == [False, False, True, True]
    assert _versions(warehouse) == {files[2].parent.name, files[3].parent.name}


def test_versions_are_numbered_on_also_past_nine(warehouse):
    names = [promote(warehouse, str(number)).parent.name for number in range(1, 13)]
    assert [name.partition("-")[0] for name in names] == [str(number) for number in range(1, 13)]


def test_a_private_candidate_is_for_its_owner_alone(warehouse):
    with warehouse.candidate("quarantine/enrolments", MONTH, private=True) as candidate:
        assert candidate.stat().st_mode & 0o777 == 0o700
        assert any(folder.stat().st_mode & 0o777 == 0o700 for folder in candidate.parents[1:])


def test_a_second_run_of_the_same_is_refused_with_one_line(warehouse):
    second = Warehouse(warehouse.root)
    with warehouse.lock("memberships-2024-12"):
        with (
            pytest.raises(
                MonthRefused,
                match=r"^another run is writing memberships-2024-12: wait until it ends, then run again$",
            ),
            second.lock("memberships-2024-12"),
        ):
            pass
        with second.lock("memberships-2024-11"):
            pass
    with second.lock("memberships-2024-12"):
        pass


def test_a_lock_is_let_go_when_the_work_fails(warehouse):
    with pytest.raises(ValueError, match="work"), warehouse.lock("x"):
        raise ValueError("work")
    with warehouse.lock("x"):
        pass


def test_the_warehouse_stays_with_its_first_key(warehouse):
    warehouse.check_key_fingerprint("aaaa")
    Warehouse(warehouse.root).check_key_fingerprint("aaaa")
    with pytest.raises(KeyRefused, match="is not the key this warehouse was built with") as caught:
        warehouse.check_key_fingerprint("bbbb")
    assert "aaaa" not in str(caught.value)
    assert "bbbb" not in str(caught.value)


def test_sql_works_within_the_limits_and_fetches_nothing(warehouse):
    with Warehouse(warehouse.root, DuckDB(memory_limit="512MB", threads=1)).sql() as engine:
        names = ("threads", "autoinstall_known_extensions", "autoload_known_extensions", "preserve_insertion_order")
        set_to = [engine.query(f"SELECT current_setting('{name}')").item() for name in names]
    assert set_to == [1, False, False, False]
