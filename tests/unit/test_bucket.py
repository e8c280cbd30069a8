"""The warehouse in a bucket: racing writers, leases, whole files, the cache, engines that write beside us."""

import json
import os
import time
from contextlib import ExitStack
from pathlib import Path

import obstore
import pytest
from obstore.exceptions import PreconditionError

from assets.errors import MonthRefused, WarehouseUnusable
from assets.warehouse import Warehouse
from assets.warehouse.storage import lease
from assets.warehouse.storage.errors import PreconditionFailed
from assets.warehouse.storage.object_store import ObjectStore
from tests.objectstore import TestBucket
from tests.unit.promoted import MONTH, promote

POINTER = f"persons/month={MONTH}.json"
GONE = r"^persons of 2024-12: {} is missing or incomplete: run that month again with --force$"


@pytest.fixture
def warehouse(bucket: TestBucket) -> Warehouse:
    return Warehouse(bucket.url)


@pytest.fixture
def elsewhere(bucket: TestBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """The same warehouse on another machine: another cache."""
    monkeypatch.setenv("CAKUPAN_CACHE", str(tmp_path / "elsewhere"))
    other = Warehouse(bucket.url)
    assert other.storage.scratch_dir == tmp_path / "elsewhere"
    monkeypatch.setenv("CAKUPAN_CACHE", str(tmp_path / "cache"))
    return other


def live_part(bucket: TestBucket) -> str:
    """The object of the live month."""
    version = json.loads(obstore.get(bucket.objects, POINTER).bytes().to_bytes())["live"]
    return f".store/persons/{MONTH}/{version}/part-00000.parquet"


def test_what_lies_in_the_bucket_is_a_pointer_a_record_and_the_files(warehouse, bucket):
    promote(warehouse, "one")
    part = live_part(bucket)
    assert bucket.names() == [part.replace("part-00000.parquet", "_stage.json"), part, POINTER]
    record = json.loads(obstore.get(bucket.objects, bucket.names()[0]).bytes().to_bytes())
    sha256 = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"  # of "one", by sha256sum
    assert record == {"fingerprint": "one", "files": {"part-00000.parquet": {"bytes": 3, "sha256": sha256}}}


def test_of_two_writers_the_second_to_swap_is_refused_and_leaves_nothing(warehouse, elsewhere, bucket):
    promote(warehouse, "old")

    def outpaced() -> None:
        with warehouse.candidate("persons", MONTH) as candidate:
            (candidate / "part-00000.parquet").write_text("slow")
            promote(elsewhere, "fast")
            warehouse.promote("persons", MONTH, candidate, {"fingerprint": "slow"})

    with pytest.raises(
        MonthRefused, match=r"^another run wrote persons of 2024-12 at the same time: run that month again$"
    ):
        outpaced()
    assert [w.files("persons", MONTH)[0].read_text() for w in (warehouse, elsewhere)] == ["fast", "fast"]
    assert warehouse.month_metadata("persons", MONTH)["fingerprint"] == "fast"
    assert len([name for name in bucket.names() if name.endswith(".parquet")]) == 2, "old and fast"


def test_of_two_first_writers_one_is_refused_too(warehouse, elsewhere):
    def outpaced() -> None:
        with warehouse.candidate("persons", MONTH) as candidate:
            promote(elsewhere, "fast")
            warehouse.promote("persons", MONTH, candidate, {"fingerprint": "slow"})

    with pytest.raises(MonthRefused, match="at the same time"):
        outpaced()
    assert warehouse.month_metadata("persons", MONTH)["fingerprint"] == "fast"


def test_a_swap_whose_answer_got_lost_is_known_as_done(bucket):
    objects = ObjectStore(bucket.url)
    seen = objects.put_if_unchanged("pointer", b"one", None)
    put = obstore.put

    def answers_as_a_retry_does(*arguments, **options):
        put(*arguments, **options)
        raise PreconditionError("the first try had come through")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(obstore, "put", answers_as_a_retry_does)
        after = objects.put_if_unchanged("pointer", b"two", seen)
    assert objects.read("pointer").content == b"two"
    objects.put_if_unchanged("pointer", b"three", after)
    with pytest.raises(PreconditionFailed):
        objects.put_if_unchanged("pointer", b"four", after)
    assert objects.read("pointer").content == b"three"


def test_a_month_whose_swap_got_no_answer_is_whole_whether_it_came_through_or_not(warehouse, elsewhere, bucket):
    promote(warehouse, "old")
    put = ObjectStore.put_if_unchanged

    def silent_before(*_):
        raise WarehouseUnusable("no answer")

    def silent_after(self, name, content, seen):
        put(self, name, content, seen)
        raise WarehouseUnusable("no answer")

    for silent, live in ((silent_before, "old"), (silent_after, "new")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ObjectStore, "put_if_unchanged", silent)
            with pytest.raises(WarehouseUnusable, match="no answer"):
                promote(warehouse, "new")
        assert elsewhere.files("persons", MONTH)[0].read_text() == live
        assert warehouse.files("persons", MONTH)[0].read_text() == live
    promote(elsewhere, "next")
    assert len([name for name in bucket.names() if name.endswith(".parquet")]) == 2, "the one before, and the next"


def test_a_month_is_live_also_where_an_old_version_cannot_be_removed(warehouse, monkeypatch):
    def forbidden(*_):
        raise WarehouseUnusable("may not delete")

    promote(warehouse, "one")
    promote(warehouse, "two")
    with warehouse.candidate("persons", MONTH) as candidate:
        (candidate / "part-00000.parquet").write_text("three")
        monkeypatch.setattr(ObjectStore, "delete", forbidden)
        warehouse.promote("persons", MONTH, candidate, {})
    assert warehouse.files("persons", MONTH)[0].read_text() == "three"


def _lease(bucket: TestBucket) -> dict:
    return json.loads(obstore.get(bucket.objects, ".locks/persons.json").bytes().to_bytes())


def _ran_out(bucket: TestBucket, seconds_ago: float) -> None:
    """A killed run's lease."""
    content = json.dumps({"owner": "killed", "until": time.time() - seconds_ago, "told": "x"}).encode()
    obstore.put(bucket.objects, ".locks/persons.json", content)


def test_a_lease_is_renewed_while_the_work_goes_on_and_given_back_at_its_end(warehouse, bucket, monkeypatch):
    monkeypatch.setattr(lease, "RENEWAL_SECONDS", 0.02)
    with warehouse.lock("persons"):
        first = _lease(bucket)
        deadline = time.monotonic() + 20
        while _lease(bucket)["until"] == first["until"] and time.monotonic() < deadline:
            time.sleep(0.02)
        assert _lease(bucket)["until"] > first["until"]
        assert _lease(bucket)["owner"] == first["owner"]
    assert bucket.names() == []


def test_the_lock_of_a_killed_run_is_free_after_its_lease_whatever_the_clocks(warehouse, bucket):
    for seconds_ago in (-lease.LEASE_SECONDS, 0, lease.SKEW_SECONDS - 5):
        _ran_out(bucket, seconds_ago)
        with pytest.raises(MonthRefused, match="another run is writing persons"), warehouse.lock("persons"):
            pass
    _ran_out(bucket, lease.SKEW_SECONDS + 1)
    with warehouse.lock("persons"):
        assert _lease(bucket)["until"] > time.time()
        assert promote(warehouse, "next").read_text() == "next"


def test_of_two_runs_that_acquire_the_same_lease_one_gets_it(bucket):
    _ran_out(bucket, 1000)
    first, second = Lease(bucket), Lease(bucket)
    found = second._objects.read(".locks/persons.json")
    first.acquire()
    second._objects.read = lambda _: found  # it looked a moment before
    with pytest.raises(MonthRefused, match="another run is writing persons"):
        second.acquire()


def Lease(bucket: TestBucket) -> lease.Lease:  # noqa: N802
    return lease.Lease(ObjectStore(bucket.url), "persons")


def test_a_run_that_lost_its_lock_promotes_nothing_and_leaves_the_lock_to_the_other(warehouse, bucket, monkeypatch):
    monkeypatch.setattr(lease, "RENEWAL_SECONDS", 0.02)
    promote(warehouse, "old")

    def stalled() -> None:
        with warehouse.lock("persons"), warehouse.candidate("persons", MONTH) as candidate:
            _ran_out(bucket, -1000)  # of somebody else, who found ours overdue
            [held] = warehouse.storage._leases
            deadline = time.monotonic() + 20
            while held._valid_until and time.monotonic() < deadline:
                time.sleep(0.02)
            warehouse.promote("persons", MONTH, candidate, {"fingerprint": "late"})

    with pytest.raises(MonthRefused, match=r"^the lock of persons expired during the run: nothing was promoted"):
        stalled()
    assert warehouse.month_metadata("persons", MONTH)["fingerprint"] == "old"
    assert _lease(bucket)["owner"] == "killed"


def test_a_run_that_could_not_renew_for_long_promotes_nothing(warehouse, monkeypatch):
    monkeypatch.setattr(lease, "LEASE_SECONDS", 0.0)

    def silent() -> None:
        with warehouse.lock("persons"):
            promote(warehouse, "late")

    with pytest.raises(MonthRefused, match="the lock of persons expired"):
        silent()
    assert warehouse.months("persons") == []


def _shortened(objects, name):
    obstore.put(objects, name, b"on")


def _altered(objects, name):
    obstore.put(objects, name, b"two")


@pytest.mark.parametrize("harm", [obstore.delete, _shortened, _altered], ids=["gone", "cut short", "altered"])
def test_a_file_that_differs_from_the_metadata_is_one_clear_line(warehouse, elsewhere, bucket, harm):
    promote(warehouse, "one")
    harm(bucket.objects, live_part(bucket))
    with pytest.raises(MonthRefused, match=GONE.format("part-00000.parquet")):
        elsewhere.files("persons", MONTH)
    assert not [path for path in elsewhere.storage.scratch_dir.rglob("*part*") if path.is_file()]
    if harm is not _altered:  # which only who reads it can see
        with pytest.raises(MonthRefused, match=GONE.format("part-00000.parquet")):
            elsewhere.uris("persons", MONTH)


def test_a_record_that_is_gone_is_one_clear_line(warehouse, elsewhere, bucket):
    promote(warehouse, "one")
    obstore.delete(bucket.objects, live_part(bucket).replace("part-00000.parquet", "_stage.json"))
    with pytest.raises(MonthRefused, match=GONE.format("_stage.json")):
        elsewhere.files("persons", MONTH)


def test_an_upload_that_arrived_cut_short_is_not_promoted(warehouse, monkeypatch):
    write = ObjectStore.write

    def short(self, name, content):
        write(self, name, content if name.endswith("_stage.json") else b"o")

    monkeypatch.setattr(ObjectStore, "write", short)
    with pytest.raises(MonthRefused, match=GONE.format("part-00000.parquet")):
        promote(warehouse, "one")
    assert warehouse.months("persons") == []


def test_a_version_is_fetched_once_and_again_only_where_the_copy_is_not_whole(warehouse, elsewhere, bucket):
    promote(warehouse, "one")
    [copy] = elsewhere.files("persons", MONTH)
    assert copy.read_text() == "one"
    copy.write_text("o")
    assert elsewhere.files("persons", MONTH)[0].read_text() == "one"
    copy.unlink()
    assert elsewhere.files("persons", MONTH)[0].read_text() == "one"
    obstore.delete(bucket.objects, live_part(bucket))
    assert elsewhere.files("persons", MONTH)[0].read_text() == "one", "the copy is whole: nothing is asked for"


def test_a_reader_keeps_the_live_version_and_the_one_before_and_no_more(warehouse, elsewhere):
    copies = []
    for text in ("one", "two", "three", "four"):
        promote(warehouse, text)
        copies.append(elsewhere.files("persons", MONTH)[0])
    assert [copy.exists() for copy in copies] == [False, False, True, True]


def test_the_cache_is_for_its_owner_alone_whatever_comes_first(bucket, tmp_path, monkeypatch):
    def spill(warehouse: Warehouse) -> None:
        with warehouse.sql():
            pass

    promote(Warehouse(bucket.url), "one")
    for name, work in {"made": promote_two, "read": read, "spilled": spill}.items():
        monkeypatch.setenv("CAKUPAN_CACHE", str(tmp_path / name))
        work(Warehouse(bucket.url))
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o700


def promote_two(warehouse: Warehouse) -> None:
    promote(warehouse, "two")


def read(warehouse: Warehouse) -> None:
    assert warehouse.files("persons", MONTH)


def test_a_large_file_goes_in_parts_and_comes_back_the_same(warehouse, elsewhere):
    content = os.urandom(1 << 20) * 12
    with warehouse.candidate("persons", MONTH) as candidate:
        (candidate / "part-00000.parquet").write_bytes(content)
        warehouse.promote("persons", MONTH, candidate, {})
    assert elsewhere.files("persons", MONTH)[0].read_bytes() == content


def test_what_an_engine_wrote_at_the_uri_is_promoted_and_its_own_marks_are_not(warehouse, elsewhere, bucket):
    with warehouse.candidate("persons", MONTH) as candidate:
        uri = warehouse.uri(candidate / "rows")
        assert uri.startswith(f"{bucket.url}/.store/persons/{MONTH}/1-")
        below = uri.removeprefix(f"{bucket.url}/")
        for name in ("part-0.parquet", "_SUCCESS", ".part-0.parquet.crc", "_temporary/0/part-0.parquet"):
            obstore.put(bucket.objects, f"{below}/{name}", b"engine")
        (candidate / "counts.parquet").write_text("ours")
        warehouse.promote("persons", MONTH, candidate, {})
    files = warehouse.month_metadata("persons", MONTH)["files"]
    assert list(files) == ["counts.parquet", "rows/part-0.parquet"]
    assert files["rows/part-0.parquet"] == {"bytes": 6}
    assert warehouse.uris("persons", MONTH) == [uri.replace("/rows", "/counts.parquet"), f"{uri}/part-0.parquet"]
    assert [path.read_text() for path in elsewhere.files("persons", MONTH)] == ["ours", "engine"]


def test_the_uris_of_a_month_fetch_none_of_it(warehouse, elsewhere, bucket):
    promote(warehouse, "one")
    assert elsewhere.uris("persons", MONTH) == [f"{bucket.url}/{live_part(bucket)}"]
    assert not list(elsewhere.storage.scratch_dir.rglob("*.parquet"))


def test_what_an_engine_wrote_at_a_candidate_that_failed_is_removed(warehouse, bucket):
    def fail() -> None:
        with warehouse.candidate("persons", MONTH) as candidate:
            name = warehouse.uri(candidate / "part-0.parquet").removeprefix(f"{bucket.url}/")
            obstore.put(bucket.objects, name, b"engine")
            raise MonthRefused("for some reason")

    with pytest.raises(MonthRefused, match="for some reason"):
        fail()
    assert bucket.names() == []


def test_a_stalled_run_that_fails_removes_no_version_but_its_own(warehouse, elsewhere, bucket):
    def stalled() -> None:
        with warehouse.candidate("persons", MONTH):
            theirs = after.enter_context(elsewhere.candidate("persons", MONTH))  # whose run found ours overdue
            names.append(elsewhere.uri(theirs / "part-0.parquet").removeprefix(f"{bucket.url}/"))
            obstore.put(bucket.objects, names[0], b"engine")
            raise MonthRefused("ours")

    names: list[str] = []
    with ExitStack() as after:
        with pytest.raises(MonthRefused, match="ours"):
            stalled()
        assert bucket.names() == names
